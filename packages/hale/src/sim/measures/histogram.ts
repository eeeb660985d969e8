// Latencies as counts in buckets that grow by 2 %: a quantile is right within 1 %, and a run of a million requests needs
// no more memory than one of a hundred.

const SMALLEST_MS = 0.01;
const GROWTH = 1.02;
const RATE = 1 / Math.log(GROWTH);
/** Up to 0.01 ms x 1.02^1 100 = 8 hours. */
const BUCKETS = 1100;

export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(ms: number): void {
    const bucket = Math.floor(Math.log(ms / SMALLEST_MS) * RATE);
    this.#counts[bucket > 0 ? Math.min(bucket, BUCKETS - 1) : 0]++;
    this.#total++;
  }

  /** The latency that the share `q` of all stays below or meets, in ms; 0 of nothing. */
  quantile(q: number): number {
    let left = Math.ceil(q * this.#total);
    if (left <= 0) return 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#counts[bucket];
      // The middle of the bucket, on its own scale.
      if (left <= 0) return SMALLEST_MS * GROWTH ** (bucket + 0.5);
    }
    return 0;
  }
}
