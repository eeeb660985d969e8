// How busy the service is, as the rate at which what is known of a latency grows old.
//
// An instance that was slow is avoided, so nothing refreshes what is known of it: its estimate returns to the median by itself,
// and then someone asks. How soon should that be? The question costs one slow answer, whoever waits for it. At 5 requests a
// second one in ten seconds is a fiftieth of them; at 300 it is a three-thousandth, and ten seconds is how long a healed instance
// stood idle. So latency ages as evidence does (observe/evidence.ts): by time when outcomes are rare, by count when they
// are frequent, in n x w of them. Simulated, eight instances at 300 a second: ten times as slow for 30 s, regret .29 -> .06;
// one in five twenty times as slow .17 -> .08; answers that stream at 20 a second unchanged.
//
// Measured over 64 picks rather than kept as a fleet time per sample: a column for it would not fit into 64 bytes.

import type { Fleet, Tuning } from '../model/index.ts';
import { COUNT_STEP, LATENCY_RATE, RATE_AT } from '../model/index.ts';

/** Mask of the pick counter: 0 in one of so many picks, less one. */
export const PACE_PICKS = 63;

/** No faster than this, per ms: before a tenth of a second nothing has healed. */
const FASTEST = 0.01;

/** Called at each 64th pick. */
export function notePace({ totals }: Fleet, now: number, tuning: Tuning): void {
  const elapsed = now - totals[RATE_AT];
  totals[RATE_AT] = now;
  const byCount = elapsed > 0 ? ((PACE_PICKS + 1) * totals[COUNT_STEP]) / elapsed : 0;
  totals[LATENCY_RATE] = Math.min(FASTEST, Math.max(1 / tuning.latencyMs, byCount));
}
