// The cheapest of three that were drawn by share: the way of every strategy that compares what a pick would cost.
//
// Two random choices balance exponentially better than one (Azar et al., STOC 1994; Mitzenmacher 1996) and cost the same
// with ten instances or a million; looking at everyone would send all callers to the one that was best a moment ago.
// Three, because a fleet with one bad instance then finds a good one more surely, for 30 ns.
//
// Shares (weight, trust) decide who is drawn, costs decide among the drawn. So a cost must not contain the weight of an
// *idle* instance again: with (inFlight + 1) / weight the heavier of two idle instances would get everything.

import type { Random } from '../kernel/index.ts';
import { DRAWS, drawFromWindow, positionsPerRandom, randomPosition, sumOfWindow } from './draw.ts';
import type { View } from './strategy.ts';

/** What one more request would cost at this position; above 0, in any unit. */
export type Cost = (view: View, position: number, now: number) => number;

/**
 * Of two idle candidates the first drawn stays unless the other is cheaper by more than this factor. Differences that
 * small are noise, and with nothing in flight no queue ever evens them out: at 1, all idle traffic goes to one instance;
 * at 3, slow and failing ones keep their share at low load. `tieCost`, where it is given, stands in for the cost there.
 */
export const TIE_BAND = 1.5;

export const CANDIDATES = 3;

/** Neighbours that are looked at when the cheapest candidate is dear. */
const FURTHER = 8;

/**
 * The cheapest of up to three distinct available positions drawn by share, or -1. When it costs more than `dear`
 * (Infinity: never), up to eight neighbours of a random position are looked at too, until one is not dear: with most of
 * a fleet in trouble, three draws often meet nobody sound.
 */
export function cheapest(
  view: View,
  random: Random,
  now: number,
  cost: Cost,
  dear: number,
  tieCost: Cost = cost,
): number {
  const count = view.count;
  if (count <= 1) return count === 1 && view.isAvailable(0) ? 0 : -1;
  const wanted = count < CANDIDATES ? count : CANDIDATES;
  const perRandom = positionsPerRandom(count);
  let fraction = 0;
  let uses = 0;
  let best = -1;
  let bestCost = Infinity;
  let bestTie = Infinity;
  let isBestIdle = false;
  let first = -1;
  let second = -1;
  // `drawOnce` and `isCheaper`, written out: this loop is what every request waits for, and V8 inlines only so much into
  // one function. With the calls it took a third longer.
  for (let draws = 0, found = 0; draws < DRAWS && found < wanted; draws++) {
    if (uses === 0) {
      fraction = random();
      uses = perRandom;
    }
    uses--;
    const scaled = fraction * count;
    const position = scaled | 0;
    fraction = scaled - position;
    if (position === first || position === second || position >= count) continue;
    const share = view.share(position);
    if (share < 1 && !(random() < share)) continue;
    if (!view.isAvailable(position)) continue;
    if (found++ === 0) first = position;
    else second = position;
    const itsCost = cost(view, position, now);
    const isIdle = view.inFlight(position) === 0;
    const itsTie = isIdle && tieCost !== cost ? tieCost(view, position, now) : itsCost;
    if (isIdle && isBestIdle ? itsTie * TIE_BAND < bestTie : itsCost < bestCost) {
      best = position;
      bestCost = itsCost;
      bestTie = itsTie;
      isBestIdle = isIdle;
    }
  }
  return best >= 0 && bestCost <= dear ? best : notSettled(view, random, now, cost, dear, tieCost, best, bestCost);
}

/** What follows when the draws found nobody (`best` -1), or only what is dear: the window, or the neighbours. */
export function notSettled(
  view: View,
  random: Random,
  now: number,
  cost: Cost,
  dear: number,
  tieCost: Cost,
  best: number,
  bestCost: number,
): number {
  if (best < 0) return cheapestOfWindow(view, random, now, cost, tieCost);
  return lookFurther(view, random, now, cost, dear, tieCost, best, bestCost);
}

function isCheaper(
  view: View,
  position: number,
  itsCost: number,
  best: number,
  bestCost: number,
  tieCost: Cost,
  now: number,
): boolean {
  if (view.inFlight(position) !== 0 || view.inFlight(best) !== 0) return itsCost < bestCost;
  return tieCost(view, position, now) * TIE_BAND < tieCost(view, best, now);
}

// No draw was kept: most are excluded or full, or shares are tiny. Three draws from a window, still by share: ignoring
// it would flood an instance that returns, just when the others are full.
function cheapestOfWindow(view: View, random: Random, now: number, cost: Cost, tieCost: Cost): number {
  const start = randomPosition(view, random);
  const total = sumOfWindow(view, start);
  if (total < 0) return -1;
  let best = drawFromWindow(view, start, random() * total);
  let bestCost = cost(view, best, now);
  for (let draws = 1; draws < CANDIDATES; draws++) {
    const position = drawFromWindow(view, start, random() * total);
    if (position === best) continue;
    const itsCost = cost(view, position, now);
    if (isCheaper(view, position, itsCost, best, bestCost, tieCost, now)) {
      best = position;
      bestCost = itsCost;
    }
  }
  return best;
}

// Accepted by share like the draws, or a dear fleet would drive everything to the instances that are just returning.
function lookFurther(
  view: View,
  random: Random,
  now: number,
  cost: Cost,
  dear: number,
  tieCost: Cost,
  found: number,
  foundCost: number,
): number {
  const count = view.count;
  let best = found;
  let bestCost = foundCost;
  let position = randomPosition(view, random);
  for (let look = Math.min(FURTHER, count); look > 0 && bestCost > dear; look--) {
    if (position !== best && random() < view.share(position) && view.isAvailable(position)) {
      const itsCost = cost(view, position, now);
      if (isCheaper(view, position, itsCost, best, bestCost, tieCost, now)) {
        best = position;
        bestCost = itsCost;
      }
    }
    if (++position === count) position = 0;
  }
  return best;
}
