// Means over seeds, and how far they are to be trusted.
//
// The interval is Student's: mean +- t x s / sqrt(n), with t for 95 %. Seeds are independent by construction; what is not
// normal about a regret (it is skewed) matters little at 20 seeds and more at 3, where the interval is wide anyway.

export interface Estimate {
  readonly mean: number;
  /** Half of the width of the 95 % interval; Infinity of a single value. */
  readonly margin: number;
  readonly count: number;
}

/** Of at least one value. */
export function estimate(values: readonly number[]): Estimate {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean, margin: Infinity, count };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { mean, margin: studentT(count - 1) * Math.sqrt(variance / count), count };
}

/** t that 95 % of Student's distribution lies within, two-sided, for n degrees of freedom (at least 1). */
export function studentT(n: number): number {
  if (n <= EXACT.length) return EXACT[n - 1];
  // Cornish-Fisher (Abramowitz and Stegun 26.7.5), right to 4 digits from here on.
  const z = 1.959964;
  return z + (z ** 3 + z) / (4 * n) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * n * n);
}

const EXACT: readonly number[] = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
