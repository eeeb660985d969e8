// The contract of a record: who is told of every outcome. `OutcomeFile` keeps them in a file; a program may keep them
// wherever it likes.

import type { FailureCause, Outcome, OutcomeSource } from '../../core/model/index.ts';

/** How one request, or one check, ended; plain data, and the shape of a line in the file. */
export interface RecordedOutcome {
  /** UNIX time of the end, in milliseconds. */
  readonly time: number;
  readonly service: string;
  /** Its id. */
  readonly instance: string;
  readonly outcome: Outcome['kind'];
  /** Of a failure only. */
  readonly cause?: FailureCause | undefined;
  /** Missing when unknown, and when the outcome is ignored. */
  readonly latencyMs?: number | undefined;
  readonly source: OutcomeSource;
}

export interface OutcomeRecord {
  /** Called for each outcome, on the way of a request: it should take microseconds. What it throws is only counted. */
  write(outcome: RecordedOutcome): void;
}
