// The contract of a command: what it is called, what it takes, what it does. One file each; `commands.ts` lists them.

import type { Io } from './io.ts';

export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  readonly short?: string;
  /** What stands for its value in help; a flag without one is on or off. */
  readonly value?: string;
  readonly isRepeatable?: true;
  /** One line of help. */
  readonly help: string;
}

/** What was typed, after it was held against the flags. */
export interface Given {
  has(flag: string): boolean;
  /** Its value; the first, if it may be repeated. */
  value(flag: string): string | undefined;
  values(flag: string): readonly string[];
  /** What is no flag. */
  readonly operands: readonly string[];
}

export interface Command {
  readonly name: string;
  /** One line for `hale --help`. */
  readonly summary: string;
  /** Lines that show how it is called, without `hale NAME`. */
  readonly usage: readonly string[];
  readonly flags: readonly Flag[];
  /** Most operands that it takes; undefined for no bound. */
  readonly maxOperands: number | undefined;
  /** Further lines of help: what happens, what the exit code means. */
  readonly notes: readonly string[];
  /** Resolves with the exit code. @throws {UsageError} when the flags make no sense together. */
  run(given: Given, io: Io): Promise<number>;
}

/** Wrongly called: told in one sentence, exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Exit codes. */
export const OK = 0;
/** It was asked rightly and could not be done. */
export const FAILED = 1;
/** It was asked wrongly: a flag, a command, a configuration. */
export const WRONG = 2;
