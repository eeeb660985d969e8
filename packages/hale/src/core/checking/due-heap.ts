// A binary heap by due time whose entries know their place, so that one can be brought forward or taken out in
// O(log n). Ten thousand instances cost fourteen comparisons where a scan would cost ten thousand looks per tick.
// Equal times leave in the order in which they came.

export interface Queued {
  dueAt: number;
  /** Set by the heap: arrival order. */
  order: number;
  /** Set by the heap: index, or -1 when outside. */
  place: number;
}

export class DueHeap<T extends Queued> {
  #items: T[] = [];
  #arrivals = 0;

  get first(): T | undefined {
    return this.#items[0];
  }

  get size(): number {
    return this.#items.length;
  }

  /** Puts `item` at `dueAt`, wherever it was before. */
  put(item: T, dueAt: number): void {
    this.remove(item);
    item.dueAt = dueAt;
    item.order = this.#arrivals++;
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  remove(item: T): void {
    const hole = item.place;
    if (hole < 0) return;
    item.place = -1;
    const last = this.#items.pop()!;
    if (last === item) return;
    // The last one fills the hole and goes whichever way it must.
    this.#sink(last, hole);
    this.#rise(last, last.place);
  }

  #rise(item: T, from: number): void {
    const items = this.#items;
    let hole = from;
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      if (!isBefore(item, items[above])) break;
      place(items, items[above], hole);
      hole = above;
    }
    place(items, item, hole);
  }

  #sink(item: T, from: number): void {
    const items = this.#items;
    let hole = from;
    for (;;) {
      let below = 2 * hole + 1;
      if (below >= items.length) break;
      if (below + 1 < items.length && isBefore(items[below + 1], items[below])) below++;
      if (!isBefore(items[below], item)) break;
      place(items, items[below], hole);
      hole = below;
    }
    place(items, item, hole);
  }
}

function isBefore(a: Queued, b: Queued): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);
}

function place<T extends Queued>(items: T[], item: T, at: number): void {
  items[at] = item;
  item.place = at;
}
