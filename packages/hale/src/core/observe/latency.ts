// What good answers say of an instance's speed. Errors give no sample: one that fails fast must not look fast.

import { fade } from '../kernel/index.ts';
import type { Fleet, Ledger, Tuning } from '../model/index.ts';
import { LATENCY, LATENCY_AT, LATENCY_RATE, MEDIAN, WORDS } from '../model/index.ts';

/**
 * Takes one sample. Its weight is at least .05 and grows with the time since the last one: with .05 alone an instance
 * whose first sample was an outlier got 1 request in 1000 for two minutes.
 */
export function noteLatency(
  ledger: Ledger,
  fleet: Fleet,
  slot: number,
  latencyMs: number,
  now: number,
  tuning: Tuning,
): void {
  // NaN is no sample. The bounds keep a sum finite and a product above zero, whatever the caller measured.
  if (!(latencyMs >= 0)) return;
  const sample = latencyMs < SHORTEST_MS ? SHORTEST_MS : latencyMs > LONGEST_MS ? LONGEST_MS : latencyMs;
  const at = slot * WORDS;
  const known = ledger.f32[at + LATENCY];
  if (known === 0) {
    ledger.f32[at + LATENCY] = sample;
  } else {
    const idle = (now - ledger.i32[at + LATENCY_AT]) | 0;
    const x = idle * fleet.totals[LATENCY_RATE];
    // 1 - g(x) <= x: while x is below the least weight, the least weight is the answer.
    const weight = x > tuning.latencyWeight ? Math.max(tuning.latencyWeight, 1 - fade(x)) : tuning.latencyWeight;
    ledger.f32[at + LATENCY] = known + weight * (sample - known);
  }
  ledger.i32[at + LATENCY_AT] = now;
  moveMedian(fleet, sample, tuning);
}

// Stochastic approximation of the median: a step up when the sample is above, down when below, so it rests where both
// happen equally often. Multiplicative, since latencies of services differ by orders of magnitude.
function moveMedian({ totals }: Fleet, sample: number, tuning: Tuning): void {
  const median = totals[MEDIAN];
  if (median === 0) totals[MEDIAN] = sample;
  else
    totals[MEDIAN] = Math.min(
      LONGEST_MS,
      Math.max(SHORTEST_MS, median + median * tuning.medianStep * (sample > median ? 1 : -1)),
    );
}

/** Bounds of a sample and of the median. */
export const SHORTEST_MS = 0.05;
export const LONGEST_MS = 1e7;
