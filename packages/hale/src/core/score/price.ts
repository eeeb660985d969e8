// The price of a pick: what it expects to pay, queue x latency x expected failures.
//
//   price = (q / weight + 1) x max(L, age of the silence) x (1 + C p)
//
// A failure is paid for here, at once, while the circuit still gathers proof: p rises with the first bad outcome, so share
// is gone before any threshold is met, and a wrong suspicion costs nothing but a detour. An error cannot attract traffic:
// it leaves L alone and raises p. The obvious wrong way, least-loaded alone, sends everything to whoever fails fastest.

import { fade } from '../kernel/index.ts';
import type { Ledger, Tuning } from '../model/index.ts';
import { ALL, BAD, FLEET_TIME, INVERSE_WEIGHT, IN_FLIGHT, PROGRESS_AT, WORDS } from '../model/index.ts';
import { latencyOf } from './latency.ts';

/**
 * Queue x latency, without the failure term. While something is in flight, the time since the last progress is a lower
 * bound on latency: requests that do not come back are evidence before any time-out fires.
 */
export function queuePrice(ledger: Ledger, slot: number, now: number, median: number, rate: number): number {
  const at = slot * WORDS;
  const inFlight = ledger.i32[at + IN_FLIGHT];
  let latency = latencyOf(ledger, slot, now, median, rate);
  if (inFlight > 0) {
    const silence = (now - ledger.i32[at + PROGRESS_AT]) | 0;
    if (silence > latency) latency = silence;
  }
  return (inFlight * ledger.f32[at + INVERSE_WEIGHT] + 1) * latency;
}

/**
 * p: the expected failure rate, (F d + m R) / (N d + m). Raw, not in excess of the fleet, since candidates are compared
 * with each other. `time` is the fleet clock as it reads now, `common` is R.
 */
export function failureRate(ledger: Ledger, slot: number, time: number, common: number, tuning: Tuning): number {
  const at = slot * WORDS;
  const age = time - ledger.f32[at + FLEET_TIME];
  const left = age > 0 ? fade(age) : 1;
  return (ledger.f32[at + BAD] * left + tuning.prior * common) / (ledger.f32[at + ALL] * left + tuning.prior);
}
