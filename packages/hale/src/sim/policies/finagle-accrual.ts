// Finagle's failure accrual for one instance, in its default mix of two rules: a success rate below .8 over 30 s, or five
// failures in a row, whichever asks for the longer time out.
//
// The rate is a moving average by time, so that a burst weighs what it lasts, not what it counts; it may speak only 30 s
// after the instance began or returned, and with 5 requests in the last 30 s. Each rule has a backoff of its own, which
// grows while the instance fails its probes and starts again with the first that succeeds.
//
// Source: twitter/finagle 24.8.0-SNAPSHOT, finagle-core/src/main/scala/com/twitter/finagle/liveness/
// FailureAccrualPolicy.scala (SuccessRateFailureAccrualPolicy, consecutiveFailures, orElse, and the defaults at :92) and
// FailureAccrualFactory.scala:29 (backoff 5 s to 300 s, the mix).

import type { Random } from '../../core/kernel/index.ts';
import { FinagleBackoff } from './finagle-backoff.ts';

const LEAST_RATE = 0.8;
const WINDOW_MS = 30_000;
const LEAST_REQUESTS = 5;
const MOST_FAILURES = 5;
const START_MS = 5000;
const LONGEST_MS = 300_000;
/** The window's requests are counted in slices. */
const SLICES = 5;
const SLICE_MS = WINDOW_MS / SLICES;

export type AccrualRule = 'success-rate' | 'consecutive-failures';

export class FinagleAccrual {
  readonly #rateBackoff: FinagleBackoff;
  readonly #runBackoff: FinagleBackoff;
  readonly #requests = new Int32Array(SLICES);
  #slice = 0;
  #startedAt: number;
  #updatedAt: number | undefined;
  #rate = 1;
  #failures = 0;

  constructor(now: number, random: Random) {
    this.#startedAt = now;
    this.#rateBackoff = new FinagleBackoff(START_MS, LONGEST_MS, random);
    this.#runBackoff = new FinagleBackoff(START_MS, LONGEST_MS, random);
  }

  /** [0,1]; 1 while nothing is known. */
  get rate(): number {
    return this.#rate;
  }

  succeeded(now: number): void {
    this.#update(1, now);
    this.#failures = 0;
  }

  /** How long to stay out for it, and by which rule; undefined: not at all. */
  failed(now: number): { readonly forMs: number; readonly rule: AccrualRule } | undefined {
    this.#update(0, now);
    this.#failures++;
    const isPoor =
      now - this.#startedAt >= WINDOW_MS && this.#rate < LEAST_RATE && this.#requestsNow() >= LEAST_REQUESTS;
    const byRate = isPoor ? this.#rateBackoff.next() : 0;
    const byRun = this.#failures >= MOST_FAILURES ? this.#runBackoff.next() : 0;
    if (byRate === 0 && byRun === 0) return undefined;
    return byRate > byRun ? { forMs: byRate, rule: 'success-rate' } : { forMs: byRun, rule: 'consecutive-failures' };
  }

  /** A probe was good: all is forgotten. */
  revived(now: number): void {
    this.#rateBackoff.restart();
    this.#runBackoff.restart();
    this.#requests.fill(0);
    this.#startedAt = now;
    this.#updatedAt = undefined;
    this.#rate = 1;
    this.#failures = 0;
  }

  // util/Ema.scala:30: the first observation is the average; then w = e^(-elapsed / window).
  #update(observed: number, now: number): void {
    this.#toSlice(now);
    this.#requests[this.#slice % SLICES]++;
    if (this.#updatedAt === undefined) this.#rate = observed;
    else {
      const kept = Math.exp(-(now - this.#updatedAt) / WINDOW_MS);
      this.#rate = observed * (1 - kept) + this.#rate * kept;
    }
    this.#updatedAt = now;
  }

  #requestsNow(): number {
    return this.#requests.reduce((sum, count) => sum + count, 0);
  }

  #toSlice(now: number): void {
    const slice = Math.floor(now / SLICE_MS);
    if (slice - this.#slice >= SLICES) this.#requests.fill(0);
    else while (this.#slice < slice) this.#requests[++this.#slice % SLICES] = 0;
    this.#slice = slice;
  }
}
