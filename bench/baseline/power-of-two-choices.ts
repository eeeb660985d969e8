// The floor: what a bare power of two choices costs, with nothing of health in it.
//
// Two distinct instances are drawn, the one whose queue times latency is lower is taken; a settlement lowers its queue
// and moves its latency. Typed arrays and the same random source as hale's, so that the ratio tells the price of health.
// Source: Mitzenmacher 2001, "The power of two choices in randomized load balancing"; the price is Finagle's.

export class PowerOfTwoChoices {
  readonly #count: number;
  readonly #random: () => number;
  readonly #latency: Float64Array;
  readonly #inFlight: Int32Array;

  /** `count`: at least 2. */
  constructor(count: number, random: () => number) {
    this.#count = count;
    this.#random = random;
    this.#latency = new Float64Array(count).fill(10);
    this.#inFlight = new Int32Array(count);
  }

  pick(): number {
    const first = (this.#random() * this.#count) | 0;
    // Drawn from one fewer and moved past the first: always another one, without a loop.
    let second = (this.#random() * (this.#count - 1)) | 0;
    if (second >= first) second++;
    const chosen = this.#price(first) <= this.#price(second) ? first : second;
    this.#inFlight[chosen]++;
    return chosen;
  }

  settle(instance: number, latencyMs: number): void {
    this.#inFlight[instance]--;
    this.#latency[instance] += 0.05 * (latencyMs - this.#latency[instance]);
  }

  #price(instance: number): number {
    return (this.#inFlight[instance] + 1) * this.#latency[instance];
  }
}
