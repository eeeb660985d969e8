// Whether most of an instance's recent answers were errors: the guard that a balancer by latency needs, since what fails
// at once looks like the least loaded of all (a sinkhole draws the traffic in).
//
// The Prequal paper names the danger and that its clients are averse to errors, but publishes no rule, so this one is ours:
// an average by time over 2 s, in which no single answer weighs more than a tenth. By time, so that a connection which
// breaks under many requests at once is one moment and no more; a tenth, so that one error after a long silence is not
// believed. Above a half the instance is out. Its record fades, and below a quarter, 7 s to 14 s later, it is in for
// another look.

const AVERAGE_MS = 2000;
const MOST_WEIGHT = 0.1;
const FADE_MS = 10_000;
const OUT_ABOVE = 0.5;
const IN_BELOW = 0.25;

export class ErrorAversion {
  #errors = 0;
  #updatedAt = 0;
  #answeredAt = 0;
  #isOut = false;

  /** As it was when somebody last asked or answered; looking changes nothing. */
  get seen(): { readonly errors: number; readonly isOut: boolean } {
    return { errors: this.#errors, isOut: this.#isOut };
  }

  /** Share of errors, [0,1]. */
  errors(now: number): number {
    this.#errors *= Math.exp(-Math.max(0, now - this.#updatedAt) / FADE_MS);
    this.#updatedAt = now;
    return this.#errors;
  }

  isOut(now: number): boolean {
    if (this.#isOut && this.errors(now) < IN_BELOW) this.#isOut = false;
    return this.#isOut;
  }

  /** True when this answer took the instance out. */
  answered(isGood: boolean, now: number): boolean {
    const wasOut = this.isOut(now);
    const errors = this.errors(now);
    const weight = Math.min(MOST_WEIGHT, 1 - Math.exp(-(now - this.#answeredAt) / AVERAGE_MS));
    this.#errors = errors + ((isGood ? 0 : 1) - errors) * weight;
    this.#answeredAt = now;
    if (this.#errors > OUT_ABOVE) this.#isOut = true;
    return this.#isOut && !wasOut;
  }
}
