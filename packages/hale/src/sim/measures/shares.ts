// Who was sent how much, in steps of a quarter of a second.
//
// A share is read over the half second that begins at a step, in units of the fair one. A look without any request at all
// says nothing and is passed over.

export const STEP_MS = 250;
const STEPS_PER_LOOK = 2;

export class Shares {
  readonly #instances: number;
  readonly #steps: number;
  /** Attempts, by step and instance. */
  readonly #sent: Uint32Array;

  constructor(instances: number, lengthMs: number) {
    this.#instances = instances;
    this.#steps = stepsOf(lengthMs);
    this.#sent = new Uint32Array(this.#steps * instances);
  }

  sent(instance: number, now: number): void {
    const step = Math.floor(now / STEP_MS);
    if (step < this.#steps) this.#sent[step * this.#instances + instance]++;
  }

  /** From `fromMs` until its share satisfies `holds`, in ms; undefined: it never does. */
  msUntil(instance: number, fromMs: number, holds: (share: number) => boolean): number | undefined {
    const from = Math.floor(fromMs / STEP_MS);
    for (let step = from; step + STEPS_PER_LOOK < this.#steps; step++) {
      let own = 0;
      let all = 0;
      for (let at = step; at < step + STEPS_PER_LOOK; at++) {
        const row = at * this.#instances;
        own += this.#sent[row + instance];
        for (let other = 0; other < this.#instances; other++) all += this.#sent[row + other];
      }
      if (all > 0 && holds((own * this.#instances) / all)) return (step - from) * STEP_MS;
    }
    return undefined;
  }
}

/** Bytes that the shares of a run take. */
export function shareBytes(instances: number, lengthMs: number): number {
  return 4 * instances * stepsOf(lengthMs);
}

function stepsOf(lengthMs: number): number {
  return Math.ceil(lengthMs / STEP_MS) + 1;
}
