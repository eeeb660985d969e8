// How many requests an instance took on in the last second: what the fault `overload` goes by.

const WINDOW_MS = 1000;

export class RecentCount {
  #times: number[] = [];
  #first = 0;

  add(now: number): void {
    this.#times.push(now);
  }

  /** Within (now - 1 s, now]. Amortised O(1): each time is passed over once, and what was passed is cut off in halves. */
  at(now: number): number {
    while (this.#first < this.#times.length && this.#times[this.#first] <= now - WINDOW_MS) this.#first++;
    if (this.#first > 1000 && this.#first * 2 > this.#times.length) {
      this.#times = this.#times.slice(this.#first);
      this.#first = 0;
    }
    return this.#times.length - this.#first;
  }
}
