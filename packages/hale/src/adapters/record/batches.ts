// Lines on their way to a file: gathered in memory, written together, and dropped when nobody takes them.
//
// A write for each line would be a system call for each request. So a line waits 200 ms for others, or until 64 kB have come
// together; one write is under way at a time, and what comes meanwhile is the next batch. A disk that is slow or full must
// cost neither requests nor memory: at 1 MB further lines are dropped and counted. A write that fails is tried again with
// the next batch, once a second at most.
//
// The timer of a batch keeps a process alive for its 200 ms, so that whoever ends by itself loses nothing; that of a
// repeated try does not, or a full disk would keep it for ever.

import type { Clock } from '../../core/kernel/index.ts';

const BATCH_MS = 200;
const BATCH_BYTES = 64_000;
const MOST_BYTES = 1_000_000;
const RETRY_MS = 1000;

/** Where lines end up. */
export interface LineStore {
  /** Appends the first of these lines. Resolves with how many: 0 when it had to make room first. Rejects with none appended. */
  append(lines: readonly string[]): Promise<number>;
}

export interface RecordCounts {
  /** Lines that are in the file. */
  readonly written: number;
  /** Lines that never will be: the buffer was full, or the record closed. */
  readonly dropped: number;
  /** Writes that failed. */
  readonly errors: number;
  /** Why the last of them did. */
  readonly lastError: string | undefined;
}

export class Batches {
  readonly #store: LineStore;
  readonly #clock: Clock;
  readonly #onFailure: (reason: string | undefined) => void;
  #lines: string[] = [];
  #bytes = 0;
  #cancel: (() => void) | undefined;
  #underWay: Promise<void> | undefined;
  #end: Promise<void> | undefined;
  #isFailing = false;
  readonly #counts = { written: 0, dropped: 0, errors: 0, lastError: undefined as string | undefined };

  /** `onFailure` is told the reason of the first failure, and undefined after it; it must not throw. */
  constructor(store: LineStore, clock: Clock, onFailure: (reason: string | undefined) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  push(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (this.#end !== undefined || this.#bytes + bytes > MOST_BYTES) return this.drop(1);
    this.#lines.push(line);
    this.#bytes += bytes;
    // The end of a write looks at what has come meanwhile, and after a failure a timer waits already.
    if (this.#underWay !== undefined || this.#isFailing) return;
    if (this.#bytes >= BATCH_BYTES) this.#start();
    else this.#cancel ??= this.#clock.schedule(BATCH_MS, () => this.#start());
  }

  drop(lines: number): void {
    this.#counts.dropped += lines;
  }

  counts(): RecordCounts {
    return { ...this.#counts };
  }

  /** Resolves when what has come so far was written, or its writing has failed. */
  async flush(): Promise<void> {
    await this.#underWay;
    if (this.#lines.length === 0) return;
    this.#start();
    await this.#underWay;
  }

  /** One last try; what cannot be written then is dropped. Never rejects. */
  close(): Promise<void> {
    this.#end ??= this.flush().then(() => {
      this.#cancel?.();
      this.drop(this.#lines.length);
      this.#lines = [];
      this.#bytes = 0;
    });
    return this.#end;
  }

  #start(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#underWay ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    try {
      do await this.#writeBatch(this.#lines.length);
      while (this.#bytes >= BATCH_BYTES);
      this.#note(undefined);
    } catch (error) {
      this.#counts.errors++;
      this.#counts.lastError = String((error as Partial<Error> | undefined)?.message ?? error).slice(0, 500);
      this.#note(this.#counts.lastError);
    }
    this.#underWay = undefined;
    if (this.#lines.length === 0 || this.#end !== undefined) return;
    const [delayMs, background] = this.#isFailing ? [RETRY_MS, true] : [BATCH_MS, false];
    this.#cancel = this.#clock.schedule(delayMs, () => this.#start(), { background });
  }

  async #writeBatch(size: number): Promise<void> {
    for (let left = size; left > 0;) {
      const count = await this.#store.append(this.#lines.slice(0, left));
      left -= count;
      this.#counts.written += count;
      for (const line of this.#lines.splice(0, count)) this.#bytes -= Buffer.byteLength(line);
    }
  }

  #note(reason: string | undefined): void {
    const isFailing = reason !== undefined;
    if (isFailing === this.#isFailing) return;
    this.#isFailing = isFailing;
    this.#onFailure(reason);
  }
}
