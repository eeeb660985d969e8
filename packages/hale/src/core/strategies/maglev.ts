// The same key to the same instance: Maglev's table (Eisenbud et al., NSDI 2016, section 3.4), with bounded loads.
//
// Instances take turns in claiming entries of a table, each in an order of its own, until it is full: shares are even to
// an entry and a look-up is one remainder. A change of membership moves a few percent of other instances' keys as well;
// one of health moves none but the keys of who is out (bounded-walk.ts), since the table holds everyone.
// The size is a prime, at least 100 entries an instance (10 beyond 6 553); passing to the next size moves nearly
// all keys. Weights: a turn claims weight / mean weight entries, fractions are carried over; whose weight is worth less
// than one entry of the table gets none.
//
// Cost: O(1) per pick and the walk; 4 bytes an entry. Rebuild O(entries x log entries), by size .3, 4, 50 ms and 1 to 3 s:
// a fleet of more than 65 537 had better use another strategy.
// Without a key: a random one by share.

import { walk } from './bounded-walk.ts';
import { drawByShare } from './draw.ts';
import { hashText } from './hash.ts';
import type { Member, PickContext, Strategy, StrategyFactory, View } from './strategy.ts';

/** Table sizes by the most instances they serve. The paper's two, a small one for small services, Envoy's largest. */
export const TABLE_SIZES: readonly (readonly [most: number, size: number])[] = [
  [20, 2_039],
  [655, 65_537],
  [65_537, 655_373],
  [Infinity, 5_000_011],
];

export const maglev: StrategyFactory = (): Strategy => new Maglev();

class Maglev implements Strategy {
  readonly name = 'maglev';
  #owners = new Int32Array(0);

  rebuild(members: readonly Member[]): void {
    this.#owners = members.length === 0 ? new Int32Array(0) : claimEntries(members);
  }

  pick(view: View, { key, random }: PickContext): number {
    if (typeof key !== 'string' || this.#owners.length === 0) return drawByShare(view, random);
    const hash = hashText(key);
    return walk(this.#owners, (hash >>> 0) % this.#owners.length, hash, view);
  }
}

function claimEntries(members: readonly Member[]): Int32Array<ArrayBuffer> {
  const size = TABLE_SIZES.find(([most]) => members.length <= most)![1];
  // Turns are taken in the order of ids, by code units: replicas that list instances differently must agree.
  const sorted = [...members].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const meanWeight = members.reduce((sum, { weight }) => sum + weight, 0) / members.length;
  // Every (next + k x skip) mod size, k = 0 to size-1, is a permutation, because size is prime and skip is not 0.
  const next = Int32Array.from(sorted, ({ id }) => (hashText(id, 1) >>> 0) % size);
  const skip = Int32Array.from(sorted, ({ id }) => ((hashText(id, 2) >>> 0) % (size - 1)) + 1);
  const credit = new Float64Array(sorted.length);
  const owners = new Int32Array(size).fill(-1);
  // A round gives out as many turns as there are members, so size / members rounds fill the table, whatever the weights.
  for (let left = size; left > 0;) {
    for (let turn = 0; turn < sorted.length && left > 0; turn++) {
      credit[turn] += sorted[turn].weight / meanWeight;
      for (; credit[turn] >= 1 && left > 0; credit[turn]--, left--) {
        while (owners[next[turn]] >= 0) next[turn] = (next[turn] + skip[turn]) % size;
        owners[next[turn]] = sorted[turn].order;
      }
    }
  }
  return owners;
}
