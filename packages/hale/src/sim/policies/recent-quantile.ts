// A quantile of the last 128 counts, for Prequal's boundary between cold and hot. Counts are small and whole, so they are
// kept in a histogram beside the list of what is to be forgotten: adding is O(1), reading walks the histogram.

const KEPT = 128;
/** Counts above are taken for this one. */
const HIGHEST = 255;

export class RecentQuantile {
  readonly #recent = new Int32Array(KEPT);
  readonly #histogram = new Int32Array(HIGHEST + 1);
  #added = 0;

  add(count: number): void {
    const place = this.#added % KEPT;
    if (this.#added >= KEPT) this.#histogram[this.#recent[place]]--;
    this.#recent[place] = Math.min(HIGHEST, count);
    this.#histogram[this.#recent[place]]++;
    this.#added++;
  }

  /** The smallest count that at least `share` [0,1] of the kept ones do not exceed; 0 while there are none. */
  at(share: number): number {
    const wanted = share * Math.min(this.#added, KEPT);
    let below = 0;
    for (let count = 0; count < HIGHEST; count++) {
      below += this.#histogram[count];
      if (below >= wanted) return count;
    }
    return HIGHEST;
  }
}
