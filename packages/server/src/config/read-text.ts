// A text file from the disk, up to a bound. Whatever keeps it from being read is a fault like any other.

import { open } from 'node:fs/promises';
import type { ConfigFault } from './fault.ts';

export type TextRead = { readonly text: string } | { readonly fault: ConfigFault };

/**
 * Reads at most `bound` bytes and one more, which shows that there is too much, whatever the size claims to be: /dev/zero
 * has none. Never rejects for what the file is.
 */
export async function readText(file: string, bound: number): Promise<TextRead> {
  let bytes: Buffer;
  try {
    bytes = await readAtMost(file, bound + 1);
  } catch (error) {
    return { fault: unreadable(file, (error as NodeJS.ErrnoException).code ?? 'unknown') };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    // A character cut in two at the bound is no fault of the file's: then its size is.
    return bytes.length > bound ? { text: bytes.toString('latin1') } : { fault: unreadable(file, 'NOT_UTF_8') };
  }
}

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

function unreadable(file: string, code: string): ConfigFault {
  const [expected, received] = REASONS[code] ?? ['a file that can be read', `the error ${code}`];
  return { file, line: 0, column: 0, path: file, expected, received };
}
