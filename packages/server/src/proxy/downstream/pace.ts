// Whether a client brings its body fast enough. A request holds a place at an instance from its first byte on, so a few
// clients that send a byte now and then would take every place (the attack is known as R.U.D.Y.).
//
// Two bounds: no silence longer than `bodyIdleMs`, and, once that time has passed, no average below
// `minBodyBytesPerSecond`. Only the time in which we were reading counts: an instance that takes nothing makes nobody
// else slow. Where it fails: a client that sends one chunk an hour on purpose is refused too.

import type { Clock } from 'hale';

export interface PaceLimits {
  readonly bodyIdleMs: number;
  readonly minBodyBytesPerSecond: number;
}

export class Pace {
  readonly #clock: Clock;
  readonly #limits: PaceLimits;
  readonly #onTooSlow: () => void;
  #bytes = 0;
  /** Time of reading until `#since`, and at the last bytes. */
  #readMs = 0;
  #lastMs = 0;
  /** undefined: not reading. */
  #since: number | undefined;
  #cancel: (() => void) | undefined;
  #isOver = false;

  constructor(clock: Clock, limits: PaceLimits, onTooSlow: () => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#onTooSlow = onTooSlow;
  }

  /** We read from now on. */
  resume(): void {
    if (this.#isOver || this.#since !== undefined) return;
    this.#since = this.#clock.now();
    if (!this.#cancel) this.#watch(this.#limits.bodyIdleMs - (this.#readMs - this.#lastMs));
  }

  /** We do not read for now. The timer is left: it looks when it fires, which is cheaper than one for each pause. */
  pause(): void {
    this.#readMs = this.#elapsed();
    this.#since = undefined;
  }

  took(bytes: number): void {
    if (this.#isOver) return;
    this.#bytes += bytes;
    this.#lastMs = this.#elapsed();
    const { bodyIdleMs, minBodyBytesPerSecond } = this.#limits;
    if (this.#lastMs >= bodyIdleMs && this.#bytes * 1000 < minBodyBytesPerSecond * this.#lastMs) this.#tooSlow();
  }

  /** Nobody minds any more. */
  stop(): void {
    this.#isOver = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #elapsed(): number {
    return this.#since === undefined ? this.#readMs : this.#readMs + this.#clock.now() - this.#since;
  }

  #watch(delayMs: number): void {
    this.#cancel = this.#clock.schedule(
      Math.max(1, delayMs),
      () => {
        this.#cancel = undefined;
        if (this.#since === undefined) return;
        const leftMs = this.#limits.bodyIdleMs - (this.#elapsed() - this.#lastMs);
        if (leftMs > 0) this.#watch(leftMs);
        else this.#tooSlow();
      },
      { background: true },
    );
  }

  #tooSlow(): void {
    this.stop();
    this.#onTooSlow();
  }
}
