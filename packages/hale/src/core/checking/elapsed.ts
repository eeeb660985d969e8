// Time as the schedule counts it: the sum of the steps forward that a clock shows. A clock that stands still, steps
// back or says NaN adds nothing, and one that leaps adds a month at most. Comparing its readings directly would be
// wrong: after one reading from the far future, nothing would be due until the clock had caught up.

const LONGEST_STEP_MS = 30 * 86_400_000;

export class Elapsed {
  #last = Number.NaN;
  #totalMs = 0;

  /** Takes a clock's reading; returns milliseconds since the first one. */
  at(reading: number): number {
    const step = reading - this.#last;
    if (step > 0) this.#totalMs += Math.min(step, LONGEST_STEP_MS);
    if (Number.isFinite(reading)) this.#last = reading;
    return this.#totalMs;
  }
}
