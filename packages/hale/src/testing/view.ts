// A view of instances kept in an array, for tests of a strategy: what the engine would show, set by hand.
//
// It is stricter than the engine's: reading a position that does not exist throws, and so does any read outside of
// `lend`, so that a strategy that keeps the view is found. It counts its reads: a bound on them is a statement about
// cost that holds on every machine.

import type { Member, View } from '../core/strategies/strategy.ts';

/** One instance as a test sets it; all but `id` have a default, and all but `id` and `order` may be changed at any time. */
export interface ViewedInstance {
  readonly id: string;
  /** Default: its place in the list. */
  readonly order: number;
  /** Default 1. Call `rebuild(view.members())` after a change, as the engine does. */
  weight: number;
  /** Default 1. */
  score: number;
  /** Default 0. */
  inFlight: number;
  /** Default 10. */
  latencyMs: number;
  /** Default 1. */
  trust: number;
  /** Expected failure rate, [0,1], which the price counts. Default 0. */
  failureRate: number;
  /** Default true; false: excluded by the caller, or full. */
  isAvailable: boolean;
}

export interface ArrayView extends View {
  typical: number;
  /** By place in the list that was given; the way to change one. */
  readonly instances: readonly ViewedInstance[];
  /** How often anything was read. */
  reads: number;
  /** What `rebuild` gets: everyone, eligible or not. */
  members(): Member[];
  /** Takes an instance out; the last position moves into its place, as in the engine. */
  leave(order: number): void;
  /** Puts it back, at the last position. */
  enter(order: number): void;
  /** While `use` runs the view may be read; after the first call, at no other time. */
  lend<T>(use: (view: View) => T): T;
}

/** Everyone is eligible at first, in the order of the list. Throws a RangeError when two have the same order. */
export function arrayView(instances: readonly (Pick<ViewedInstance, 'id'> & Partial<ViewedInstance>)[]): ArrayView {
  return new InstancesInArray(
    instances.map((given, place) => ({
      order: place,
      weight: 1,
      score: 1,
      inFlight: 0,
      latencyMs: 10,
      trust: 1,
      failureRate: 0,
      isAvailable: true,
      ...given,
    })),
  );
}

class InstancesInArray implements ArrayView {
  typical = 0;
  reads = 0;
  readonly instances: readonly ViewedInstance[];
  readonly #eligible: ViewedInstance[];
  /** From an order to its position; absent when not eligible. */
  readonly #positions = new Map<number, number>();
  readonly #byOrder: Map<number, ViewedInstance>;
  #isReadable = true;
  /** Of everyone, eligible or not, when `members` was last called. */
  #largestWeight = 0;

  constructor(instances: readonly ViewedInstance[]) {
    this.instances = instances;
    this.#eligible = [...instances];
    this.#byOrder = new Map(instances.map((instance) => [instance.order, instance]));
    if (this.#byOrder.size !== instances.length) throw new RangeError('arrayView: expected every order once');
    instances.forEach(({ order }, position) => this.#positions.set(order, position));
    this.members();
  }

  get count(): number {
    this.#read();
    return this.#eligible.length;
  }
  get meanLoad(): number {
    this.#read();
    let inFlight = 0;
    let weight = 0;
    for (const instance of this.#eligible) {
      inFlight += instance.inFlight;
      weight += instance.weight;
    }
    return weight > 0 ? inFlight / weight : 0;
  }
  id(position: number): string {
    return this.#at(position).id;
  }
  order(position: number): number {
    return this.#at(position).order;
  }
  position(order: number): number {
    this.#read();
    return this.#positions.get(order) ?? -1;
  }
  weight(position: number): number {
    return this.#at(position).weight;
  }
  score(position: number): number {
    return this.#at(position).score;
  }
  inFlight(position: number): number {
    return this.#at(position).inFlight;
  }
  latency(position: number): number {
    return this.#at(position).latencyMs;
  }
  trust(position: number): number {
    return this.#at(position).trust;
  }
  share(position: number): number {
    const { trust, weight } = this.#at(position);
    return (trust * weight) / this.#largestWeight;
  }
  /** The engine's formula: (inFlight / weight + 1) x latency x (1 + 100 x failure rate). */
  /** The same as the price: here every request is one that cannot be sent again. */
  scoutPrice(position: number): number {
    return this.price(position);
  }

  price(position: number): number {
    const { inFlight, weight, latencyMs, failureRate } = this.#at(position);
    return (inFlight / weight + 1) * latencyMs * (1 + 100 * failureRate);
  }
  isAvailable(position: number): boolean {
    return this.#at(position).isAvailable;
  }

  members(): Member[] {
    this.#largestWeight = this.instances.reduce((largest, { weight }) => Math.max(largest, weight), 0);
    return this.instances.map(({ id, order, weight }) => ({ id, order, weight }));
  }

  leave(order: number): void {
    const position = this.#positions.get(order);
    if (position === undefined) return;
    const last = this.#eligible.pop()!;
    this.#positions.delete(order);
    if (last.order === order) return;
    this.#eligible[position] = last;
    this.#positions.set(last.order, position);
  }

  enter(order: number): void {
    const instance = this.#byOrder.get(order);
    if (instance === undefined || this.#positions.has(order)) return;
    this.#positions.set(order, this.#eligible.push(instance) - 1);
  }

  lend<T>(use: (view: View) => T): T {
    this.#isReadable = true;
    try {
      return use(this);
    } finally {
      this.#isReadable = false;
    }
  }

  #read(): void {
    if (!this.#isReadable) throw new Error('the view was read after the pick had returned');
    this.reads++;
  }

  #at(position: number): ViewedInstance {
    this.#read();
    const instance = this.#eligible[position];
    if (instance === undefined) {
      throw new RangeError(`expected a position from 0 to ${this.#eligible.length - 1}, received ${position}`);
    }
    return instance;
  }
}
