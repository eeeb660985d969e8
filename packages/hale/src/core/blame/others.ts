// How everybody else fares: the last 32 outcomes with their keys, so that each key can be held against the others.
//
// A share that forgets slowly would be wrong just when it matters. When a whole fleet begins to fail, the failures of the
// busiest key come first; only what the others show within the same moments tells that it is not the key.

const SIZE = 32;
/** Fewer of others say nothing. More would be wiser, but a client that is nearly all of the traffic is to be found early. */
const FEWEST = 2;

export class RecentKeys {
  /** Two keys of each outcome; 0 = none. */
  readonly #tags: Int32Array = new Int32Array(2 * SIZE);
  /** 0 = no outcome yet, 1 = good, 2 = bad. */
  readonly #ends: Uint8Array = new Uint8Array(SIZE);
  #next = 0;

  /** One outcome of up to two keys. */
  note(first: number, second: number, isBad: boolean): void {
    const at = this.#next;
    this.#tags[2 * at] = first;
    this.#tags[2 * at + 1] = second;
    this.#ends[at] = isBad ? 2 : 1;
    this.#next = (at + 1) & (SIZE - 1);
  }

  /** Share of failures among the outcomes that are not this key's, [0,1): bad / (all + 2). NaN: too few were seen. */
  failureRate(tag: number): number {
    let all = 0;
    let bad = 0;
    for (let at = 0; at < SIZE; at++) {
      const end = this.#ends[at];
      if (end === 0 || this.#tags[2 * at] === tag || this.#tags[2 * at + 1] === tag) continue;
      all++;
      bad += end - 1;
    }
    return all < FEWEST ? NaN : bad / (all + 2);
  }
}
