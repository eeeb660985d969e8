// Is it the request? A key (a client, a route, whatever the caller names) whose requests fail at instance after instance,
// while the others are answered well, is the culprit; and its failures are no evidence against the instances.
//
// Guilt is a sum of failures, as the suspicion of an instance is. A failure adds ln(p1/p0) / ln(p1/floor), where p1 is the
// failure rate of a culprit and p0 that of all other keys just now: 1 while they do well, nothing when they fail as often.
// A good answer takes off two, so a key must fail more than twice in three to be suspected at all. At 5 it is blamed; at 2
// it is pardoned, which are two or three good answers in a row.
//
// It must be shown at three instances (at both, where there are two): of one alone it cannot be told whose fault it is, and
// an instance that fails for one route is an instance that fails. So guilt is at most 2 x places + 1, and an instance that
// has answered the key well is no place any more.
//
// Where it fails: a client half of whose requests are bad is never suspected; nor is the only client of a service, since
// there is nobody to compare it with. Half a fleet that fails for one route looks like the route for a few outcomes at a
// time. The idea is the engine's own, turned by a right angle: what is judged against its like is a key, not an instance.

import type { KeySketch } from './sketch.ts';
import { WATCH } from './sketch.ts';

/** Guilt at which a key is blamed, at which it is pardoned, and beyond which it does not grow. */
const BLAME = 5;
const PARDON = 2;
const MOST = 8;
/** What a good answer takes off. */
const GOOD = 2;
/** Failure rate of a culprit, and the one that is always forgiven. */
const CULPRIT = 0.95;
const FLOOR = 0.02;
const CLEAN_FAILURE: number = Math.log(CULPRIT / FLOOR);
const PLACES = 3;
/** Rounding of Float32. */
const SLACK = 1e-4;

/** Adds one failure at a slot, where all other keys fail at `othersRate` ([0,1]; NaN: too little is known of them). */
export function accuse(sketch: KeySketch, cell: number, slot: number, othersRate: number, now: number): void {
  sketch.failedAt[cell] = now;
  sketch.places[cell] |= 1 << (slot & 31);
  const before = sketch.guiltOf(cell);
  // The first two are an alarm and no judgement: until somebody is watched nobody looks how the others fare.
  const added = before < WATCH ? 1 : failureWeight(othersRate);
  sketch.setGuilt(cell, Math.max(before, Math.min(before + added, 2 * placesOf(sketch, cell) + 1, MOST)));
}

/** Has it been shown? `reach` is the number of instances that could be asked. */
export function isGuilty(sketch: KeySketch, cell: number, reach: number): boolean {
  const needed = Math.max(2, Math.min(PLACES, reach));
  return sketch.guiltOf(cell) >= BLAME - SLACK && placesOf(sketch, cell) >= needed;
}

/** Takes one good answer of a slot off its guilt. Is nothing left to remember? */
export function exonerate(sketch: KeySketch, cell: number, slot: number): boolean {
  const left = sketch.guiltOf(cell) - GOOD;
  if (left <= (sketch.isBlamed(cell) ? PARDON : 0)) return true;
  sketch.places[cell] &= ~(1 << (slot & 31));
  sketch.setGuilt(cell, left);
  return false;
}

/** What one failure adds where the others fail at `rate`. */
export function failureWeight(rate: number): number {
  // Written so that NaN adds nothing.
  return rate < CULPRIT ? Math.log(CULPRIT / Math.max(FLOOR, rate)) / CLEAN_FAILURE : 0;
}

/** At how many instances it failed and was not answered well since, as far as 32 bits can tell. */
export function placesOf({ places }: KeySketch, cell: number): number {
  let count = 0;
  for (let bits = places[cell]; bits !== 0; bits &= bits - 1) count++;
  return count;
}
