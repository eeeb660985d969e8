// In turn, as often as the weight says, as evenly spread as can be; blind to load and latency.
//
// Earliest deadline first (as in Envoy and grpc-go): each instance is due every 1 / weight, the one due first goes first.
// nginx's smooth variant gives the same shares but walks over everyone at each pick. Turns belong to instances, not to
// positions, so they survive moving: whoever is not eligible when his turn comes just misses it, keeps his place in the
// order, and brings no debt back. A returning instance takes its turn with the probability of its trust.
//
// Callers that start together would all begin with the same instance; the first pick therefore starts at a random turn.
//
// Cost: O(log n) per turn; 1 / (eligible share) turns per pick, at most TURNS, then a draw by share. 20 bytes an
// instance. Rebuild O(n), and O(n log n) once, at the first pick.

import type { Random } from '../kernel/index.ts';
import { drawByShare } from './draw.ts';
import type { Member, PickContext, Strategy, StrategyFactory, View } from './strategy.ts';

/** With half of the instances out, 64 missed turns in a row are as likely as 5e-20. */
const TURNS = 64;

export const weightedRoundRobin: StrategyFactory = (): Strategy => new WeightedRoundRobin();

class WeightedRoundRobin implements Strategy {
  readonly name = 'weighted-round-robin';
  #members: readonly Member[] = [];
  #dues = new Float64Array(0);
  /** Places in the arrays above, as a binary heap: the earliest due first, then the first of the list. */
  #heap = new Int32Array(0);
  #hasStarted = false;

  rebuild(members: readonly Member[]): void {
    const clock = this.#heap.length > 0 ? this.#dues[this.#heap[0]] : 0;
    const waits = new Map<string, number>();
    this.#members.forEach(({ id }, place) => waits.set(id, this.#dues[place] - clock));
    // Newcomers are spread over their first period: equal weights start evenly, in the order of the list.
    this.#dues = Float64Array.from(members, ({ id, weight }, place) =>
      Math.min(waits.get(id) ?? Infinity, waits.has(id) ? 1 / weight : (place + 0.5) / (members.length * weight)),
    );
    this.#members = members;
    this.#heap = Int32Array.from(members, (_, place) => place);
    for (let parent = members.length >> 1; parent >= 0; parent--) this.#sink(parent);
  }

  pick(view: View, { random }: PickContext): number {
    if (view.count <= 1) return view.count === 1 && view.isAvailable(0) ? 0 : -1;
    if (!this.#hasStarted) this.#startAnywhere(random);
    let spare = -1;
    for (let turn = Math.min(TURNS, this.#heap.length * 2); turn > 0; turn--) {
      const position = view.position(this.#nextOrder());
      if (position < 0 || !view.isAvailable(position)) continue;
      const trust = view.trust(position);
      if (trust >= 1 || random() < trust) return position;
      if (spare < 0) spare = position;
    }
    return spare >= 0 ? spare : drawByShare(view, random);
  }

  #startAnywhere(random: Random): void {
    this.#hasStarted = true;
    for (let skipped = (random() * this.#heap.length) | 0; skipped > 0; skipped--) this.#nextOrder();
  }

  /** Takes the turn of whoever is due first. The heap must not be empty. */
  #nextOrder(): number {
    const place = this.#heap[0];
    const member = this.#members[place];
    this.#dues[place] += 1 / member.weight;
    this.#sink(0);
    return member.order;
  }

  #sink(from: number): void {
    const heap = this.#heap;
    const size = heap.length;
    if (size === 0) return;
    const place = heap[from];
    let hole = from;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#isBefore(heap[child + 1], heap[child])) child++;
      if (!this.#isBefore(heap[child], place)) break;
      heap[hole] = heap[child];
      hole = child;
    }
    heap[hole] = place;
  }

  #isBefore(a: number, b: number): boolean {
    return this.#dues[a] < this.#dues[b] || (this.#dues[a] === this.#dues[b] && a < b);
  }
}
