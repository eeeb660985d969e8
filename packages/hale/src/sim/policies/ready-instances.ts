// Which instances may be drawn just now, where a rule draws at random from those alone. A list with the places of its
// members beside it: adding, removing and drawing take the same time for 8 instances and for 1,000.

import type { Random } from '../../core/kernel/index.ts';

export class ReadyInstances {
  readonly #members: Int32Array;
  /** Where in `#members` an instance stands; -1: it is not ready. */
  readonly #places: Int32Array;
  #count: number;

  /** All of them are ready. */
  constructor(instances: number) {
    this.#members = Int32Array.from({ length: instances }, (_, place) => place);
    this.#places = this.#members.slice();
    this.#count = instances;
  }

  add(instance: number): void {
    if (this.#places[instance] >= 0) return;
    this.#places[instance] = this.#count;
    this.#members[this.#count++] = instance;
  }

  remove(instance: number): void {
    const place = this.#places[instance];
    if (place < 0) return;
    const last = this.#members[--this.#count];
    this.#members[place] = last;
    this.#places[last] = place;
    this.#places[instance] = -1;
  }

  /** Any that is ready and not among `not`; undefined when there is none. */
  draw(not: readonly number[], random: Random): number | undefined {
    // `not` is short, so the first draw nearly always stands; the walk is for a fleet of which little is left.
    for (let draws = 0; draws <= not.length && this.#count > 0; draws++) {
      const instance = this.#members[Math.floor(random() * this.#count)];
      if (!not.includes(instance)) return instance;
    }
    const from = Math.floor(random() * this.#count);
    for (let step = 0; step < this.#count; step++) {
      const instance = this.#members[(from + step) % this.#count];
      if (!not.includes(instance)) return instance;
    }
    return undefined;
  }
}
