// From a key's place in a hash table to an instance that may take it: what `ring-hash` and `maglev` have in common.
//
// The tables hold everyone, eligible or not. From the key's own entry we walk on until an instance may be picked, so
// that of an instance that is out only its own keys move, spread over the others, and come home when it returns.
// An instance is passed over when it is
//   - not eligible, excluded or full;
//   - at its bound, c = 1.25 times the load that its weight makes fair (consistent hashing with bounded loads: Mirrokni,
//     Thorup, Zadimoghaddam, SODA 2018; arXiv 1608.01350, 2016): one hot key or an uneven table floods nobody;
//   - returning, and this key is not among the share of keys that its trust gives back. Which ones is decided by the
//     key's hash, not by chance: as trust grows, each key comes home once and stays.
//
// The walk ends after STEPS entries; then a WINDOW of positions is searched, which up to 64 eligible instances finds
// everyone there is. Only if nobody in it is below the bound either is an overloaded one taken.

import { WINDOW } from './draw.ts';
import { mix } from './hash.ts';
import type { View } from './strategy.ts';

/** c: the most an instance holds, as a multiple of its fair load. 1 would move keys at every fluctuation, 2 bounds little. */
export const LOAD_BOUND = 1.25;

/** At least a fifth of the weight is below the bound (1/c is the most that can be at it): .8^64 = 6e-7 find nobody. */
const STEPS = 64;

/** A position for this hash, or -1. `owners` holds orders, or -1 for nobody's entry; `start` is the key's own entry. */
export function walk(owners: Int32Array, start: number, hash: number, view: View): number {
  const bound = LOAD_BOUND * view.meanLoad;
  const chance = (mix(hash ^ 0x9e3779b9) >>> 0) / 4294967296;
  let previous = -1;
  let spare = -1;
  for (let step = Math.min(STEPS, owners.length), entry = start; step > 0; step--) {
    const order = owners[entry];
    if (++entry === owners.length) entry = 0;
    if (order === previous) continue;
    previous = order;
    const position = order < 0 ? -1 : view.position(order);
    if (position < 0 || !view.isAvailable(position) || !isBelowBound(view, position, bound)) continue;
    if (chance < view.trust(position)) return position;
    if (spare < 0) spare = position;
  }
  return spare >= 0 ? spare : searchWindow(view, hash, bound);
}

// What is in flight before this pick must be below ceil(c x fair load); a bound below 1 would admit nobody. The ceilings
// sum to more than what is in flight, so somebody always is below his.
function isBelowBound(view: View, position: number, bound: number): boolean {
  const inFlight = view.inFlight(position);
  return inFlight === 0 || inFlight < Math.ceil(bound * view.weight(position));
}

function searchWindow(view: View, hash: number, bound: number): number {
  const count = view.count;
  if (count === 0) return -1;
  let spare = -1;
  for (let look = Math.min(WINDOW, count), position = (hash >>> 0) % count; look > 0; look--) {
    if (view.isAvailable(position)) {
      if (isBelowBound(view, position, bound)) return position;
      if (spare < 0) spare = position;
    }
    if (++position === count) position = 0;
  }
  return spare;
}
