// The contract of a bench: a name, and rows of what it found. `run.ts` lists the benches and prints the rows.

export interface Row {
  readonly what: string;
  /** What was measured: '118 ns', '64 B'. */
  readonly value: string;
  /** Beside what it was measured, with its value; empty when it stands alone. */
  readonly beside: string;
  /** This over that; undefined when it stands alone. */
  readonly ratio?: number | undefined;
  /** The number that was promised, in words; empty when none was. */
  readonly promise: string;
  /** Whether the promise is kept; undefined when none was made. */
  readonly kept?: boolean | undefined;
}

export interface Bench {
  readonly name: string;
  /** Needs the packages of bench/package.json. */
  readonly needsRivals?: true;
  run(): Promise<Row[]> | Row[];
}

/** Nanoseconds with as many digits as are worth reading. */
export function nanoseconds(ns: number): string {
  if (ns >= 1e6) return `${(ns / 1e6).toFixed(1)} ms`;
  if (ns >= 1e4) return `${(ns / 1e3).toFixed(1)} us`;
  return `${ns.toFixed(ns < 10 ? 1 : 0)} ns`;
}
