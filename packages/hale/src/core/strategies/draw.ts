// Drawing instances by share in O(1), without a table that every change of trust would have to update.
//
// Acceptance and rejection: draw a position uniformly, keep it with the probability of its share. What is kept follows
// the shares exactly, however they move between two picks. It fails when shares are so uneven, or so few positions
// available, that hardly a draw is kept; so after DRAWS of them comes a window of WINDOW positions from a random start,
// whose shares are summed and drawn from exactly. Up to WINDOW instances nothing is lost by that; beyond it, with one
// instance that outweighs all the others by far, the light ones get more than their weight says.
//
// A window that holds nobody available gives -1 although somebody may be outside it: the price of a bound that does not
// grow with the fleet.

import type { Random } from '../kernel/index.ts';
import type { View } from './strategy.ts';

/** Draws before the window: with one in three kept (trust .1 beside weights within 3), .67^24 = 7e-5 find nothing. */
export const DRAWS = 24;

/** Positions that are looked at in turn when no draw was kept. */
export const WINDOW = 64;

/** An available position, by share; -1 when none was found. At most DRAWS + 2 x WINDOW looks. */
export function drawByShare(view: View, random: Random): number {
  if (view.count <= 1) return view.count === 1 && view.isAvailable(0) ? 0 : -1;
  for (let draws = 0; draws < DRAWS; draws++) {
    const position = drawOnce(view, random);
    if (position >= 0) return position;
  }
  const start = randomPosition(view, random);
  const total = sumOfWindow(view, start);
  return total < 0 ? -1 : drawFromWindow(view, start, random() * total);
}

/**
 * One draw: an available position that its share lets through, or -1. `count` must be at least 1.
 *
 * One random number serves twice: of r x count the whole part is the position and the fraction decides. 32 random bits
 * leave 32 - log2(count) for the fraction, 12 at a million instances: shares below 1/4096 are then rounded up to it.
 */
export function drawOnce(view: View, random: Random): number {
  const scaled = random() * view.count;
  const position = scaled | 0;
  // A random that returns 1, as [0,1) forbids, would name the position behind the last.
  if (position >= view.count) return -1;
  return scaled - position < view.share(position) && view.isAvailable(position) ? position : -1;
}

/**
 * How many positions one random number serves for: the whole part of r x count is a position, its fraction the next r.
 * 32 random bits, less 8 that keep the last one even to 1 part in 256: three positions among 256, two among 4096.
 */
export function positionsPerRandom(count: number): number {
  return count <= 256 ? 3 : count <= 4096 ? 2 : 1;
}

/** Any position, available or not. */
export function randomPosition(view: View, random: Random): number {
  const position = (random() * view.count) | 0;
  return position < view.count ? position : 0;
}

/** Sum of the shares of the available positions in the window at `start`; -1 when there are none. */
export function sumOfWindow(view: View, start: number): number {
  const count = view.count;
  let total = -1;
  for (let look = Math.min(WINDOW, count), position = start; look > 0; look--) {
    if (view.isAvailable(position)) total = Math.max(0, total) + view.share(position);
    if (++position === count) position = 0;
  }
  return total;
}

/** The available position of the window at which the running sum of shares passes `amount`, from 0 to the window's sum. */
export function drawFromWindow(view: View, start: number, amount: number): number {
  const count = view.count;
  let rest = amount;
  let last = -1;
  for (let look = Math.min(WINDOW, count), position = start; look > 0; look--) {
    if (view.isAvailable(position)) {
      last = position;
      rest -= view.share(position);
      if (rest < 0) break;
    }
    if (++position === count) position = 0;
  }
  // Rounding may leave a rest above 0 behind the last: it is the last one's.
  return last;
}
