// Prequal's pool of probe answers, from which each request takes its instance by the hot-cold rule: of the cold ones (few
// in flight) that with the lowest latency; where all are hot, that with the fewest in flight.
//
// What is in the pool grows stale, and that is what its small rules are for: an answer is dropped after a second, or when
// it was used often enough; a request that goes by it is counted on it; each request also removes one, the worst and the
// oldest by turns, so that the pool does not silt up with what nobody wants.
//
// Source: Wydrowski et al., "Load is not what you should balance: Introducing Prequal", NSDI 2024, section 4.

export interface Probe {
  readonly instance: number;
  readonly latencyMs: number;
  readonly takenAt: number;
  inFlight: number;
  /** Requests that may still go by it. */
  uses: number;
}

const OLDEST_MS = 1000;

export class ProbePool {
  readonly #most: number;
  /** Oldest first. */
  #probes: Probe[] = [];
  #isWorstNext = true;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#probes.length;
  }

  /** An instance has one answer at most, its newest; when the pool is full the oldest makes room. */
  add(probe: Probe): void {
    this.removeAllOf(probe.instance);
    if (this.#probes.length >= this.#most) this.#probes.shift();
    this.#probes.push(probe);
  }

  removeAllOf(instance: number): void {
    const at = this.#probes.findIndex((probe) => probe.instance === instance);
    if (at >= 0) this.#probes.splice(at, 1);
  }

  dropOld(now: number): void {
    while (this.#probes.length > 0 && now - this.#probes[0].takenAt > OLDEST_MS) this.#probes.shift();
  }

  /** The best whose instance is not among `not`. More than `limit` in flight is hot. */
  best(limit: number, not: readonly number[]): Probe | undefined {
    let best: Probe | undefined;
    for (const probe of this.#probes)
      if (!not.includes(probe.instance) && (best === undefined || isBetter(probe, best, limit))) best = probe;
    return best;
  }

  /** A request went by it. */
  use(probe: Probe): void {
    probe.inFlight++;
    if (--probe.uses <= 0) this.removeAllOf(probe.instance);
  }

  removeOne(limit: number): void {
    if (this.#isWorstNext) {
      const worst = this.#probes.reduce(
        (worst, probe) => (isBetter(worst, probe, limit) ? probe : worst),
        this.#probes[0],
      );
      if (worst !== undefined) this.removeAllOf(worst.instance);
    } else this.#probes.shift();
    this.#isWorstNext = !this.#isWorstNext;
  }
}

function isBetter(one: Probe, other: Probe, limit: number): boolean {
  const isHot = one.inFlight > limit;
  if (isHot !== other.inFlight > limit) return !isHot;
  return isHot ? one.inFlight < other.inFlight : one.latencyMs < other.latencyMs;
}
