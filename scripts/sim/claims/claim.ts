// The contract of a claim: what one seed shows, as numbers by name, and what all seeds together say.
//
// A sample depends on its seed alone, so samples can be taken on any thread and in any order; what is judged is plain data.

export interface ClaimGroup {
  readonly name: string;
  sample(seed: number): Sample;
  judge(samples: readonly Sample[]): Row[];
}

export type Sample = Readonly<Record<string, number>>;

export interface Row {
  readonly claim: string;
  /** What was measured, with its unit. */
  readonly measured: string;
  /** The number that is claimed, in words; empty when the row is only shown. */
  readonly asked: string;
  /** Undefined when nothing is asked. */
  readonly kept?: boolean | undefined;
}

export function column(samples: readonly Sample[], key: string): number[] {
  return samples.map((sample) => sample[key]);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Three digits at most, as tables need them. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return 'never';
  return value === 0 || Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(Math.abs(value) < 0.1 ? 1 : 2);
}
