// The second record, one per service: totals over its instances, the fleet clock, medians, and the ring of recent outcomes.
//
// Numbers live in a Float64Array because a changing fraction in an object field is a heap object.

import { fade } from '../kernel/index.ts';
import type { Ledger } from './ledger.ts';
import { ALL, BAD, FLEET_TIME, WORDS } from './ledger.ts';
import type { Tuning } from './tuning.ts';

// Columns of `totals`                                                          owner
/** FT and NT: sums of F and N over closed instances. */ // observe
export const FLEET_BAD = 0;
export const FLEET_ALL = 1;
/** K: the fleet clock, below 1024. */ // observe
export const FLEET_CLOCK = 2;
/** When the clock last moved, ms. */ // observe
export const LAST_OUTCOME = 3;
/** Lmed: running median of latency, ms; 0 before the first sample. */ // observe
export const MEDIAN = 4;
/** The least step of the clock, 1 / (n w), and what it leaves of the totals; they change with the membership only. */ // observe
export const COUNT_STEP = 6;
export const COUNT_LEFT = 7;
/** Up to so many ms between two outcomes, count rules. */
export const COUNT_MS = 8;
/** How fast an idle latency returns to the median, per ms; and when the picks that it is measured by began. */ // engine
export const LATENCY_RATE = 9;
export const RATE_AT = 10;
/** typ: smoothed price without its failure term of what was picked. */ // engine
export const TYPICAL = 5;

/** How many recent outcomes the ring holds, a power of two: enough to see a fleet-wide fault within 30 outcomes. */
export const RING_SIZE = 32;

/** The clock moves by at most so much at once: everything is forgotten by then. */
export const LONGEST_STEP = 1000;

export class Fleet {
  readonly totals: Float64Array = new Float64Array(11);
  /** 2 x slot + (1 if bad) of each entry, -1 = empty. */
  readonly ring: Int32Array = new Int32Array(RING_SIZE).fill(-1);
  /** Fleet clock of each entry. */
  readonly ringTime: Float64Array = new Float64Array(RING_SIZE);
  ringNext = 0;
}

/** K as it reads now: evidence fades with time even when nothing is picked. */
export function fleetTime({ totals }: Fleet, now: number, tuning: Tuning): number {
  const idle = now - totals[LAST_OUTCOME];
  return totals[FLEET_CLOCK] + (idle > 0 ? Math.min(idle / tuning.evidenceMs, LONGEST_STEP) : 0);
}

/** R: the expected failure rate of a fleet member of which nothing is known, [0,1). */
export function commonRate({ totals }: Fleet, now: number, tuning: Tuning): number {
  // Nothing bad: the usual case, and two divisions less in every pick.
  if (totals[FLEET_BAD] === 0) return 0;
  const idle = now - totals[LAST_OUTCOME];
  const left = idle > 0 ? fade(idle / tuning.evidenceMs) : 1;
  return (totals[FLEET_BAD] * left) / (totals[FLEET_ALL] * left + 1);
}

/**
 * r: the failure rate of the rest of the fleet, [0, .95]. An instance must not excuse itself, so its own counts leave.
 * They were faded in one long step and the totals in many short ones, so a difference may be negative: clipped.
 */
export function restOfFleet(ledger: Ledger, fleet: Fleet, slot: number, now: number, tuning: Tuning): number {
  const { totals } = fleet;
  const own = fade(Math.max(0, fleetTime(fleet, now, tuning) - ledger.f32[slot * WORDS + FLEET_TIME]));
  const idle = now - totals[LAST_OUTCOME];
  const left = idle > 0 ? fade(idle / tuning.evidenceMs) : 1;
  const bad = Math.max(0, totals[FLEET_BAD] * left - ledger.f32[slot * WORDS + BAD] * own);
  const all = Math.max(0, totals[FLEET_ALL] * left - ledger.f32[slot * WORDS + ALL] * own);
  return Math.min(0.95, bad / (all + 1));
}
