// A configuration file from the disk. Whatever keeps it from being read is a fault like any other.

import { open } from 'node:fs/promises';
import { BOUNDS, loadConfig } from '../config/index.ts';
import type { Environment, Loaded } from '../config/index.ts';

/** Reads and judges a file; never rejects for what the file is. */
export async function readConfigFile(file: string, env: Environment): Promise<Loaded> {
  let bytes: Buffer;
  try {
    bytes = await readAtMost(file, BOUNDS.fileBytes + 1);
  } catch (error) {
    return unreadable(file, (error as NodeJS.ErrnoException).code ?? 'unknown');
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, BOUNDS.fileBytes + 1));
  } catch {
    // A character cut in two at the bound is no fault of the file's: then its size is.
    if (bytes.length <= BOUNDS.fileBytes) return unreadable(file, 'NOT_UTF_8');
    text = bytes.toString('latin1');
  }
  return loadConfig(text, { file, env });
}

// One byte more than allowed shows that there is too much, whatever the size claims to be: /dev/zero has none.
async function readAtMost(file: string, bound: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    while (length < bound) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(65_536), 0, Math.min(65_536, bound - length));
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
    }
    return Buffer.concat(chunks);
  } finally {
    await handle.close();
  }
}

const REASONS: Readonly<Record<string, readonly [expected: string, received: string]>> = {
  ENOENT: ['a file', 'no such file'],
  ENOTDIR: ['a file', 'a path through something that is no directory'],
  EISDIR: ['a file', 'a directory'],
  EACCES: ['a file that may be read', 'one without the permission'],
  NOT_UTF_8: ['text in UTF-8', 'other bytes'],
};

function unreadable(file: string, code: string): Loaded {
  const [expected, received] = REASONS[code] ?? ['a file that can be read', `the error ${code}`];
  return { config: undefined, faults: [{ file, line: 0, column: 0, path: file, expected, received }] };
}
