// A file of lines that is never larger than it may be: when the next line does not fit, the file becomes `.1`, what was `.1`
// becomes `.2`, and the oldest goes.
//
// It is opened for each batch and closed again, five times a second at most in quiet times. A file kept open would go on
// growing unseen after somebody has moved or removed it; opened anew, each batch goes to where the path leads now.
//
// Careful with what is there already: only a regular file is written, no link is followed at the path's end, and one with
// other content (a slip in the path) is refused, not appended to. A batch that fails half-way is taken back, so that it can
// be tried again as a whole and no line is torn. Where it fails: two processes that write one file would take back, and
// rotate, each other's lines; each needs a file of its own.

import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { HEADER } from './line.ts';
import type { LineStore } from './batches.ts';

// Non-blocking: to open a pipe that nobody reads would wait for ever. What a system does not have is undefined, and adds no bit.
const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants;
const FLAGS = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK;
/** For its owner alone: ids and addresses of a fleet are nobody else's business. */
const MODE = 0o600;
const LINE_FEED = 10;

export class RotatingFile implements LineStore {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #maxFiles: number;
  /** How the last batch left the file; found otherwise, it is looked at again. */
  #left = { inode: -1, size: -1 };

  constructor(path: string, maxBytes: number, maxFiles: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#maxFiles = maxFiles;
  }

  async append(lines: readonly string[]): Promise<number> {
    const file = await open(this.#path, FLAGS, MODE);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw new Error(`${this.#path} is no regular file`);
      const { ino: inode, size } = stat;
      const isAsLeft = inode === this.#left.inode && size === this.#left.size;
      const before = size === 0 ? HEADER : isAsLeft ? '' : await this.#lookAt(file, size);
      const count = fitting(lines, this.#maxBytes - size - Buffer.byteLength(before));
      if (count > 0) this.#left = { inode, size: await write(file, before + lines.slice(0, count).join(''), size) };
      else if (size === 0) throw new Error('a line is longer than a file may be');
      else await this.#rotate();
      return count;
    } finally {
      // What the system says here comes too late to be undone.
      await file.close().catch(() => {});
    }
  }

  // What must be written before the next line: a process that ended within a line has left it open.
  async #lookAt(file: FileHandle, size: number): Promise<string> {
    const { buffer: head, bytesRead } = await file.read(Buffer.alloc(HEADER.length), 0, HEADER.length, 0);
    if (head.toString('latin1', 0, bytesRead) !== HEADER)
      throw new Error(`${this.#path} holds something else than a record of hale`);
    const { buffer: end } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return end[0] === LINE_FEED ? '' : '\n';
  }

  // Only up to the first gap: nothing is pushed out while there is room.
  async #rotate(): Promise<void> {
    if (this.#maxFiles === 1) return rm(this.#path, { force: true });
    let last = 1;
    while (last < this.#maxFiles - 1 && (await exists(this.#older(last)))) last++;
    for (let number = last; number > 1; number--) await rename(this.#older(number - 1), this.#older(number));
    await rename(this.#path, this.#older(1));
  }

  #older(number: number): string {
    return `${this.#path}.${number}`;
  }
}

/** Appends, and answers the new size; or leaves the file as it was. */
async function write(file: FileHandle, text: string, size: number): Promise<number> {
  const bytes = Buffer.from(text);
  try {
    await file.writeFile(bytes);
  } catch (error) {
    await file.truncate(size).catch(() => {});
    throw error;
  }
  return size + bytes.length;
}

function fitting(lines: readonly string[], room: number): number {
  let count = 0;
  for (let bytes = 0; count < lines.length; count++) {
    bytes += Buffer.byteLength(lines[count]);
    if (bytes > room) break;
  }
  return count;
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
