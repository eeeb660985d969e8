// Finagle's equal jitter: half of the exponential growth is kept, the other half is drawn. The first is always `start`:
//   start, then h + U(0, h) with h = start x 2^0, 2^1, ... and `longest` for ever once h + U(0, h) would reach it
//
// Source: twitter/finagle 24.8.0-SNAPSHOT, finagle-core/src/main/scala/com/twitter/finagle/Backoff.scala:282.

import type { Random } from '../../core/kernel/index.ts';

export class FinagleBackoff {
  readonly #startMs: number;
  readonly #longestMs: number;
  readonly #random: Random;
  #nextMs: number;
  #drawn = 0;

  constructor(startMs: number, longestMs: number, random: Random) {
    this.#startMs = startMs;
    this.#longestMs = longestMs;
    this.#random = random;
    this.#nextMs = startMs;
  }

  next(): number {
    const duration = this.#nextMs;
    if (duration < this.#longestMs) {
      const half = Math.min(this.#longestMs, this.#startMs * 2 ** this.#drawn++);
      this.#nextMs = Math.min(this.#longestMs, half + half * this.#random());
    }
    return duration;
  }

  restart(): void {
    this.#nextMs = this.#startMs;
    this.#drawn = 0;
  }
}
