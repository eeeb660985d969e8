// Always the same one, the earliest that is available; the others are spares.
//
// For a leader with standbys, or to fill few instances so that the rest can be switched off (HAProxy's `first`, which
// wants a limit in flight for it). A first instance that returns takes its trust's part of the requests, the next one
// the rest, or the cold one would get everything back in one step.
//
// Cost: O(1) while the first is available, else O(those before the one found); it never misses one. Rebuild O(n log n).

import { drawByShare } from './draw.ts';
import type { Member, PickContext, Strategy, StrategyFactory, View } from './strategy.ts';

export const firstAvailable: StrategyFactory = (): Strategy => new FirstAvailable();

class FirstAvailable implements Strategy {
  readonly name = 'first-available';
  #orders = new Int32Array(0);

  rebuild(members: readonly Member[]): void {
    this.#orders = Int32Array.from(members, ({ order }) => order).sort();
  }

  pick(view: View, { random }: PickContext): number {
    let spare = -1;
    for (let place = 0; place < this.#orders.length; place++) {
      const position = view.position(this.#orders[place]);
      if (position < 0 || !view.isAvailable(position)) continue;
      const trust = view.trust(position);
      if (trust >= 1 || random() < trust) return position;
      if (spare < 0) spare = position;
    }
    return spare >= 0 ? spare : drawByShare(view, random);
  }
}
