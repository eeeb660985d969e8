// linkerd's failure accrual for one instance: so many failures in a row shut it, then one request is let through after
// every backoff until one is good.
//
// A success in between sets the count back, so an instance that fails nine requests in ten may go on for ever. While it is
// shut, answers still under way are not heeded; while it is on probation, whichever answer comes first decides, be it an
// old one.
//
// Source: linkerd2-proxy v2.366.0, linkerd/app/outbound/src/http/breaker/consecutive_failures.rs, lines 43 to 105, and
// linkerd/exp-backoff/src/lib.rs (base, jitter). Defaults: linkerd2 2.20,
// policy-controller/k8s/index/src/outbound/index.rs (parse_consecutive_params).

import type { Clock, Random } from '../../core/kernel/index.ts';
import type { Circuit } from '../../core/model/index.ts';

const MOST_FAILURES = 7;
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 60_000;
/** At most so much of a backoff is added to it. */
const JITTER = 0.5;

export interface Gate {
  open(): void;
  shut(): void;
}

export class LinkerdBreaker {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #gate: Gate;
  #circuit: Circuit = 'closed';
  #failures = 0;
  /** Backoffs since it was last closed. */
  #backoffs = 0;

  constructor(clock: Clock, random: Random, gate: Gate) {
    this.#clock = clock;
    this.#random = random;
    this.#gate = gate;
  }

  get circuit(): Circuit {
    return this.#circuit;
  }

  /** A request is sent; the answer is whether it took the only permit of a probation. */
  sent(): boolean {
    if (this.#circuit !== 'half-open') return false;
    this.#gate.shut();
    return true;
  }

  /** True when this answer shut a closed breaker. */
  answered(isGood: boolean): boolean {
    if (this.#circuit === 'closed') {
      this.#failures = isGood ? 0 : this.#failures + 1;
      if (this.#failures < MOST_FAILURES) return false;
      this.#backoffs = 0;
      this.#shut();
      return true;
    }
    if (this.#circuit === 'half-open') {
      if (isGood) {
        this.#circuit = 'closed';
        this.#failures = 0;
        this.#gate.open();
      } else this.#shut();
    }
    return false;
  }

  /** The request on probation came to nothing. linkerd would wait for its answer for ever; here the next may try. */
  unanswered(): void {
    if (this.#circuit === 'half-open') this.#gate.open();
  }

  #shut(): void {
    this.#circuit = 'open';
    this.#gate.shut();
    this.#clock.schedule(backoffMs(this.#backoffs++, this.#random), () => {
      this.#circuit = 'half-open';
      this.#gate.open();
    });
  }
}

function backoffMs(before: number, random: Random): number {
  const base = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** before);
  return base + Math.min(LONGEST_BACKOFF_MS - base, base * JITTER * random());
}
