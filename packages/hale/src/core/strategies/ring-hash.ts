// The same key to the same instance: a ring of hashes (Karger et al., STOC 1997; ketama), with bounded loads.
//
// Each instance owns some 160 points of a ring, in proportion to its weight; a key belongs to the owner of the next
// point. When an instance joins or leaves, only the keys of its own points move. For caches, and sessions that are
// costly to move. It fails for keys of very uneven traffic: the bound (bounded-walk.ts) then spreads the hot ones.
// `maglev` is more even and faster to look up, and moves a few more keys on a change of membership.
//
// Points per unit of weight depend on the others only by a power of two that fits the budget: were they a share of the
// total weight, every join would shift a few points of everyone.
//
// Cost: O(log points) per pick and the walk; 8 bytes a point, at most 2^19 points (or one per instance, if that is
// more). Rebuild sorts them: 1 ms at 20 instances, 80 ms at 10 000. Without a key: a random one by share.

import { walk } from './bounded-walk.ts';
import { drawByShare } from './draw.ts';
import { hashText, mix } from './hash.ts';
import type { Member, PickContext, Strategy, StrategyFactory, View } from './strategy.ts';

/** Ketama's number: the loads of two instances then differ by about 1 / sqrt(160) = 8 %. */
const POINTS_PER_INSTANCE = 160;
const MOST_POINTS = 2 ** 19;

export const ringHash: StrategyFactory = (): Strategy => new RingHash();

class RingHash implements Strategy {
  readonly name = 'ring-hash';
  #points = new Uint32Array(0);
  #owners = new Int32Array(0);

  rebuild(members: readonly Member[]): void {
    const counts = pointCounts(members);
    const packed = new Float64Array(counts.reduce((sum, count) => sum + count, 0));
    // 29 bits of hash above 24 bits of place fill a double's 53: one native sort of numbers orders both.
    let next = 0;
    members.forEach(({ id }, place) => {
      const origin = hashText(id);
      // A second hash as the stride: two ids that share 32 bits would otherwise share all their points.
      const stride = hashText(id, 1) | 1;
      for (let point = 0; point < counts[place]; point++) {
        packed[next++] = (mix(origin + Math.imul(point, stride)) >>> 3) * PLACES + place;
      }
    });
    packed.sort();
    this.#points = Uint32Array.from(packed, (value) => Math.floor(value / PLACES));
    this.#owners = Int32Array.from(packed, (value) => members[value % PLACES].order);
  }

  pick(view: View, { key, random }: PickContext): number {
    if (typeof key !== 'string' || this.#points.length === 0) return drawByShare(view, random);
    const hash = hashText(key);
    return walk(this.#owners, this.#firstFrom(hash >>> 3), hash, view);
  }

  /** The first point at or after this hash; behind the last comes the first again. */
  #firstFrom(hash: number): number {
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#points[middle] < hash) low = middle + 1;
      else high = middle;
    }
    return low === this.#points.length ? 0 : low;
  }
}

/** Above any number of members: the largest `maxInstances` is 16 million. */
const PLACES = 2 ** 24;

function pointCounts(members: readonly Member[]): number[] {
  const totalWeight = members.reduce((sum, { weight }) => sum + weight, 0);
  const budget = Math.min(MOST_POINTS, POINTS_PER_INSTANCE * members.length);
  const perWeight = 2 ** Math.floor(Math.log2(budget / totalWeight));
  return members.map(({ weight }) => Math.max(1, Math.round(weight * perWeight)));
}
