// Reading a latency estimate: an idle one returns to the fleet's median, so that an instance which was slow once is asked
// again, instead of being starved for ever by a number that nothing refreshes.

import { fade } from '../kernel/index.ts';
import type { Fleet, Ledger } from '../model/index.ts';
import { LATENCY, LATENCY_AT, MEDIAN, WORDS } from '../model/index.ts';

/** The fleet's median latency in ms; 1 before the first sample. */
export function medianLatency({ totals }: Fleet): number {
  return totals[MEDIAN] > 0 ? totals[MEDIAN] : 1;
}

/** Latency of one instance in ms as it reads at `now`; the median when nothing is known. `rate` is the fleet's LATENCY_RATE. */
export function latencyOf(ledger: Ledger, slot: number, now: number, median: number, rate: number): number {
  const at = slot * WORDS;
  const known = ledger.f32[at + LATENCY];
  if (known === 0) return median;
  const idle = (now - ledger.i32[at + LATENCY_AT]) | 0;
  return idle > 0 ? median + (known - median) * fade(idle * rate) : known;
}
