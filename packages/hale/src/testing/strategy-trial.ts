// One strategy and its view, asked as the engine asks: what the contract suite's tests are written with.

import type { Random } from '../core/kernel/index.ts';
import { seededRandom } from '../core/kernel/index.ts';
import type { PickContext, Strategy, StrategyFactory } from '../core/strategies/strategy.ts';
import type { ArrayView } from './view.ts';
import { arrayView } from './view.ts';

/** What the strategy answers is checked, and given back as an order. The view can be read during a call only. */
export class Trial {
  view: ArrayView;
  reads = 0;
  readonly #strategy: Strategy;
  readonly #context: { -readonly [Key in keyof PickContext]: PickContext[Key] };
  readonly #keys: Random = seededRandom('keys');

  constructor(factory: StrategyFactory, view: ArrayView, random: Random = seededRandom('suite')) {
    this.view = view;
    this.#strategy = factory();
    this.#context = { now: 0, random, key: undefined, cost: 1 };
    this.changeTo(view);
  }

  changeTo(view: ArrayView): void {
    this.view = view;
    this.#strategy.rebuild?.(view.members());
  }

  pick(key: string | undefined = `key ${this.#keys()}`): number {
    this.#context.now += 1;
    this.#context.key = key;
    const position = this.view.lend((view) => {
      const before = this.view.reads;
      const answer = this.#strategy.pick(view, this.#context);
      this.reads = this.view.reads - before;
      return answer;
    });
    if (position === -1) return -1;
    return this.view.lend((view) => {
      expect(view.isAvailable(position), 'an available position, or -1', position);
      return view.order(position);
    });
  }

  settle(order: number, latencyMs: number): void {
    this.view.lend((view) => {
      const position = view.position(order);
      if (position >= 0) this.#strategy.settled?.(position, view, latencyMs, this.#context.now);
    });
  }
}

/** What a test may set of an instance. */
export type Settable = Parameters<typeof arrayView>[0][number];

export function fleetOf(count: number, all: Partial<Settable> = {}): ArrayView {
  return arrayView(Array.from({ length: count }, (_, place) => ({ ...all, id: `instance ${place}` })));
}

// No assertion library: the suite must run wherever the runner does.
export function expect(isTrue: boolean, expected: string, received: unknown): void {
  if (!isTrue) throw new Error(`expected ${expected}, received ${String(received)}`);
}
