// Percentiles of any number of latencies in fixed memory: counts in buckets that each are 4 % wider than the one before.
// A percentile is then right to within 4 %, which is less than what two runs differ by.

const GROWTH = Math.log(1.04);
/** Up to 1.04^400 x 0.1 ms, about 650 s; what is longer counts as that. */
const BUCKETS = 400;
const SMALLEST_MS = 0.1;

export class Latencies {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;

  add(ms: number): void {
    const bucket = Math.ceil(Math.log(Math.max(ms, SMALLEST_MS) / SMALLEST_MS) / GROWTH);
    this.#counts[Math.min(BUCKETS - 1, bucket)] += 1;
    this.#total += 1;
  }

  /** The latency that a share (0 to 1) of all stayed within, in ms; null when there is none. */
  quantile(share: number): number | null {
    if (this.#total === 0) return null;
    let left = Math.max(1, Math.ceil(this.#total * share));
    let bucket = 0;
    while ((left -= this.#counts[bucket]) > 0) bucket += 1;
    return SMALLEST_MS * Math.exp(bucket * GROWTH);
  }
}
