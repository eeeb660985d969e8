// A record in a file: JSON lines that the simulator can play again. `write` only puts a line into memory; no error of the
// disk ever reaches whoever calls it.

import { resolve } from 'node:path';
import { monotonicClock } from '../../core/kernel/index.ts';
import type { RecordCounts } from './batches.ts';
import { Batches } from './batches.ts';
import { HEADER, LineFormat } from './line.ts';
import type { OutcomeFileOptions } from './options.ts';
import { RECORD_KNOBS, readOptions } from './options.ts';
import type { OutcomeRecord, RecordedOutcome } from './recorded-outcome.ts';
import { RotatingFile } from './rotating-file.ts';

/**
 * Outcomes as lines of JSON in a file. The path is taken relative to the working directory at this moment; nothing is
 * opened before the first line. One process writes one file. Throws ConfigError with every fault.
 */
export function recordTo(path: string, options?: OutcomeFileOptions): OutcomeFile {
  return new OutcomeFile(path, options);
}

/** Longer lines would not fit the smallest file. No line of the engine's is. */
const LONGEST_LINE = RECORD_KNOBS.maxBytes.min - HEADER.length;

export class OutcomeFile implements OutcomeRecord {
  /** Absolute. */
  readonly path: string;
  readonly #format = new LineFormat();
  readonly #batches: Batches;

  /** As `recordTo`. */
  constructor(path: string, options?: OutcomeFileOptions) {
    const plan = readOptions(path, options);
    this.path = resolve(plan.path);
    const file = new RotatingFile(this.path, plan.maxBytes, plan.maxFiles);
    this.#batches = new Batches(file, monotonicClock, (reason) => {
      try {
        plan.onFailure?.(reason);
      } catch {
        // A listener's own trouble is not the file's.
      }
    });
  }

  /** Never throws and never waits. What is no outcome is dropped. */
  write(outcome: RecordedOutcome): void {
    try {
      const line = this.#format.line(outcome);
      if (Buffer.byteLength(line) <= LONGEST_LINE) return this.#batches.push(line);
    } catch {
      // Counted below.
    }
    this.#batches.drop(1);
  }

  counts(): RecordCounts {
    return this.#batches.counts();
  }

  /** Resolves when what was told so far is in the file, or could not be written. */
  flush(): Promise<void> {
    return this.#batches.flush();
  }

  /** Writes what is left and takes no more. Never rejects; called again, it waits for the same end. */
  close(): Promise<void> {
    return this.#batches.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
