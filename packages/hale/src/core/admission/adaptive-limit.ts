// A limit of requests in flight for each instance that follows its latency (`limits.overload: 'shed'`).
//
// An instance that gets more than it can do answers everything late, and past the time-out it works for nobody. Its true
// capacity is not known and changes; what shows is latency. So the limit shrinks while answers come far too late and
// grows by one a round trip while they do not: additive increase, multiplicative decrease (Jacobson 1988), as the AIMD
// limit of Netflix's concurrency-limits has it, with two differences:
//   - "too late" is max(timeout / 10, 6 x base), not a time-out: with base the fleet's median over a minute. A tenth of
//     the time-out is a delay that users already notice and from which no request is lost yet; six medians keep a
//     service that is slow by nature (timeout 1 s, median 200 ms) from shedding while it is well.
//   - it shrinks to .8 of min(limit, in flight): from a limit of 64 that was never reached, .8 x 64 would change nothing.
// One shrink for each "too late" of time, since the answers of requests sent before it still show the old load.
//
// Where it fails: over minutes of overload base itself rises and shedding becomes lenient. It is a choice: when the fleet
// as a whole is overloaded, it answers 503 to some in order to answer the others in time (measured: 5.8 % refused at a
// 99th percentile of 352 ms, where queueing lost .04 % at 2.1 s).
//
// How the engine calls it, only if `limits.overload` is 'shed' (otherwise none is made and no memory is spent):
//   - `take(slot)` after the ledger's `take`;
//   - in a pick an instance is full when inFlight >= min(limitOf(slot), maxInFlightPerInstance);
//   - `observe(...)` on each settlement of a current lease that is a success, or a failure by `timeout` (then latency
//     and estimate are both the time waited: a time-out leaves no latency sample, and an instance of which only time-outs
//     come would otherwise look well); after in flight was lowered. Other failures are fast and say nothing of load.

import { fade } from '../kernel/index.ts';

/** 8 bytes an instance. */
export class AdaptiveLimit {
  /** Requests in flight that are allowed, [4, 1e6]; by slot. */
  #limit: Float32Array = new Float32Array(0);
  /** When it last shrank, low 32 bits of ms; by slot. */
  #shrunkAt: Int32Array = new Int32Array(0);
  /** The fleet's slow median in ms, and when it was last updated. */
  readonly #base: Float64Array = new Float64Array([NaN, 0]);

  /** Makes the slot a newcomer's. Grows by itself. */
  take(slot: number): void {
    if (slot >= this.#limit.length) this.grow(Math.max(8, 2 * this.#limit.length, slot + 1));
    this.#limit[slot] = FIRST_LIMIT;
    this.#shrunkAt[slot] = NEVER;
  }

  /** Room for so many slots; what is known of the others is kept. */
  grow(capacity: number): void {
    if (capacity <= this.#limit.length) return;
    const limit = new Float32Array(capacity).fill(FIRST_LIMIT);
    limit.set(this.#limit);
    this.#limit = limit;
    const shrunkAt = new Int32Array(capacity).fill(NEVER);
    shrunkAt.set(this.#shrunkAt);
    this.#shrunkAt = shrunkAt;
  }

  /** Requests that may be in flight at this instance: a whole number, at least 4. */
  limitOf(slot: number): number {
    return Math.floor(this.#limit[slot]);
  }

  /**
   * One answer. `latencyMs`: this one's; `estimateMs`: the instance's smoothed latency (both must be late: one slow
   * request is no overload); `inFlight`: after this one was released; `timeoutMs`: the service's response time-out, 0
   * if it has none; `medianMs`: the fleet's. A latency or time that is no number changes nothing.
   */
  observe(
    slot: number,
    latencyMs: number,
    estimateMs: number,
    inFlight: number,
    now: number,
    timeoutMs: number,
    medianMs: number,
  ): void {
    if (!(latencyMs >= 0) || !(slot < this.#limit.length)) return;
    const tooLate = Math.max(
      timeoutMs > 0 && timeoutMs < Infinity ? timeoutMs / 10 : 0,
      6 * this.#baseline(now, medianMs),
    );
    const limit = this.#limit[slot];
    if (latencyMs > tooLate && estimateMs > tooLate) {
      // Negative when the clock went back or 24 days have passed: then nothing is known of the last time.
      const elapsed = (now - this.#shrunkAt[slot]) | 0;
      if (this.#shrunkAt[slot] !== NEVER && elapsed >= 0 && elapsed < tooLate) return;
      this.#limit[slot] = Math.max(SMALLEST_LIMIT, 0.8 * Math.min(limit, inFlight + 1));
      const at = now | 0;
      this.#shrunkAt[slot] = at === NEVER ? 1 : at;
    } else if (inFlight > limit / 2) {
      // Only while it is used: a limit that grows in idle times is no limit when the load comes.
      this.#limit[slot] = Math.min(LARGEST_LIMIT, limit + 1 / limit);
    }
  }

  #baseline(now: number, medianMs: number): number {
    const base = this.#base;
    if (!(medianMs > 0 && medianMs < Infinity)) return base[0] > 0 ? base[0] : 0;
    const elapsed = now - base[1];
    if (!(base[0] > 0)) base[0] = medianMs;
    else if (elapsed > 0) base[0] += (1 - fade(elapsed / BASE_MS)) * (medianMs - base[0]);
    if (Number.isFinite(now)) base[1] = now;
    return base[0];
  }
}

const FIRST_LIMIT = 64;
/** Below four in flight a limit measures chance rather than load. */
const SMALLEST_LIMIT = 4;
/** The largest that `maxInFlightPerInstance` can be. */
const LARGEST_LIMIT = 1_000_000;
const BASE_MS = 60_000;
const NEVER = 0;
