// opossum's circuit breaker: open when more than half of the last ten seconds' requests failed, half-open 30 s later for one
// trial, closed again by the first success.
//
// As it comes it has no volume threshold, so the very first request opens it when it fails: 1 of 1 is more than half. A
// request is counted when it is sent and a failure when it ends, so slow failures are held against later requests; and
// closing forgets nothing of the window. An answer of a request sent long ago decides a half-open breaker as well.
//
// Source: opossum 9.0.0, lib/circuit.js (fail at :981 for the rule, call at :643 for the trial, :315 for the timer) and
// lib/status.js (buckets that an interval of 1 s rotates, counted from the breaker's beginning). Held to the real one, step
// by step, in real-opossum.test.ts.

import type { Circuit } from '../../core/model/index.ts';

const BUCKETS = 10;
const BUCKET_MS = 1000;
const MOST_FAILURES = 0.5;
const RESET_MS = 30_000;

export class RollingBreaker {
  readonly #begunAt: number;
  readonly #sent = new Int32Array(BUCKETS);
  readonly #failed = new Int32Array(BUCKETS);
  #bucket = 0;
  #sentNow = 0;
  #failedNow = 0;
  #circuit: Circuit = 'closed';
  #openedAt = 0;
  #trialIsDue = false;

  constructor(now: number) {
    this.#begunAt = now;
  }

  circuit(now: number): Circuit {
    if (this.#circuit === 'open' && now - this.#openedAt >= RESET_MS) {
      this.#circuit = 'half-open';
      this.#trialIsDue = true;
    }
    return this.#circuit;
  }

  admits(now: number): boolean {
    return this.circuit(now) === 'closed' || (this.#circuit === 'half-open' && this.#trialIsDue);
  }

  sent(now: number): void {
    this.#toBucket(now);
    this.#sent[this.#bucket % BUCKETS]++;
    this.#sentNow++;
    this.#trialIsDue = false;
  }

  succeeded(now: number): void {
    if (this.circuit(now) !== 'half-open') return;
    this.#circuit = 'closed';
    this.#trialIsDue = false;
  }

  /** True when this failure opened it, from closed. */
  failed(now: number): boolean {
    const before = this.circuit(now);
    this.#toBucket(now);
    this.#failed[this.#bucket % BUCKETS]++;
    this.#failedNow++;
    // Nothing of the window may be left of what was sent: then 1 / 0 is more than half, as it is there.
    const isTooMany = this.#failedNow / this.#sentNow > MOST_FAILURES;
    if (before === 'open' || !(isTooMany || before === 'half-open')) return false;
    this.#circuit = 'open';
    this.#openedAt = now;
    this.#trialIsDue = false;
    return before === 'closed';
  }

  /** Share of failures in the window, [0,1]. */
  get failures(): number {
    return this.#sentNow > 0 ? Math.min(1, this.#failedNow / this.#sentNow) : 0;
  }

  #toBucket(now: number): void {
    const bucket = Math.floor((now - this.#begunAt) / BUCKET_MS);
    for (let behind = Math.min(BUCKETS, bucket - this.#bucket); behind > 0; behind--) {
      const place = (bucket - behind + 1) % BUCKETS;
      this.#sentNow -= this.#sent[place];
      this.#failedNow -= this.#failed[place];
      this.#sent[place] = this.#failed[place] = 0;
    }
    this.#bucket = bucket;
  }
}
