// Outcome -> evidence: faded counts of bad and of all outcomes, per instance and for the whole fleet.
//
// One clock measures time *and* count. On every outcome K moves by max(dt / tau, 1 / (n w)): at 5 requests a second time
// rules and evidence lasts tau = 10 s, at 100 000 a second count rules and evidence lasts w = 50 outcomes per instance.
// With time alone a busy fleet would remember a million outcomes; with count alone a quiet one would remember last week.

import type { Fleet, Ledger, Tuning } from '../model/index.ts';
import {
  ALL,
  BAD,
  COUNT_LEFT,
  COUNT_MS,
  COUNT_STEP,
  FLEET_ALL,
  FLEET_BAD,
  FLEET_CLOCK,
  FLEET_TIME,
  LAST_OUTCOME,
  LATENCY_RATE,
  LONGEST_STEP,
  RING_SIZE,
  WORDS,
} from '../model/index.ts';
import { fade } from '../kernel/index.ts';

/** The number of instances has changed: what one outcome moves the clock by, at least. */
export function setFleetSize({ totals }: Fleet, instances: number, tuning: Tuning): void {
  totals[COUNT_STEP] = 1 / (Math.max(1, instances) * tuning.evidenceCount);
  totals[COUNT_LEFT] = fade(totals[COUNT_STEP]);
  totals[COUNT_MS] = totals[COUNT_STEP] * tuning.evidenceMs;
  // Until the first picks have shown how busy it is.
  if (totals[LATENCY_RATE] === 0) totals[LATENCY_RATE] = 1 / tuning.latencyMs;
}

/** Moves the fleet clock by one outcome (or by `weight` outcomes, for evidence of others) and fades the totals. */
export function advanceFleetClock(ledger: Ledger, fleet: Fleet, now: number, tuning: Tuning, weight: number): void {
  const { totals } = fleet;
  const elapsed = now - totals[LAST_OUTCOME];
  totals[LAST_OUTCOME] = now;
  // A clock that jumps back stands still. On a busy fleet count rules, and its fade is known.
  let step = totals[COUNT_STEP];
  let left = totals[COUNT_LEFT];
  if (elapsed > totals[COUNT_MS] || weight !== 1) {
    // One that jumps ahead forgets everything, once.
    step = Math.min(LONGEST_STEP, Math.max(elapsed / tuning.evidenceMs, step * weight));
    left = fade(step);
  }
  totals[FLEET_BAD] *= left;
  totals[FLEET_ALL] *= left;
  totals[FLEET_CLOCK] += step;
  if (totals[FLEET_CLOCK] >= REBASE) rebase(ledger, fleet);
}

/** Adds one outcome of a closed instance (`amount` of one, for evidence of others). Call after the clock has moved. */
export function countEvidence(ledger: Ledger, fleet: Fleet, slot: number, bad: boolean, amount = 1): void {
  const { totals } = fleet;
  const { f32 } = ledger;
  const at = slot * WORDS;
  const clock = totals[FLEET_CLOCK];
  const left = fade(Math.max(0, clock - f32[at + FLEET_TIME]));
  const badAmount = bad ? amount : 0;
  f32[at + BAD] = f32[at + BAD] * left + badAmount;
  f32[at + ALL] = f32[at + ALL] * left + amount;
  f32[at + FLEET_TIME] = clock;
  totals[FLEET_BAD] += badAmount;
  totals[FLEET_ALL] += amount;
}

/** Remembers one outcome in the ring of the last 32. */
export function noteInRing(fleet: Fleet, slot: number, bad: boolean): void {
  const next = fleet.ringNext;
  fleet.ring[next] = 2 * slot + (bad ? 1 : 0);
  fleet.ringTime[next] = fleet.totals[FLEET_CLOCK];
  fleet.ringNext = (next + 1) & (RING_SIZE - 1);
}

/**
 * Bad share among the recent outcomes of *other* instances, [0,1): b / (o + 2), or 0 with fewer than 8 of them. It sees a
 * fault of the whole fleet within 30 outcomes, before the totals do; without it 6 of 8 instances tripped at the onset of
 * one. Entries older than 3 tau do not count. Costs 32 looks: for bad outcomes only.
 */
export function ringShare(fleet: Fleet, slot: number): number {
  const oldest = fleet.totals[FLEET_CLOCK] - 3;
  let others = 0;
  let bad = 0;
  for (let index = 0; index < RING_SIZE; index++) {
    const entry = fleet.ring[index];
    if (entry < 0 || entry >> 1 === slot || fleet.ringTime[index] < oldest) continue;
    others++;
    bad += entry & 1;
  }
  return others >= 8 ? bad / (others + 2) : 0;
}

/**
 * Takes an instance's counts out of the totals and its entries out of the ring: one that is out explains its own failures
 * and excuses nobody else's. The instance keeps its counts, for panic and for people, until they are cleared.
 */
export function withdrawEvidence(ledger: Ledger, fleet: Fleet, slot: number): void {
  const { totals } = fleet;
  const at = slot * WORDS;
  const left = fade(Math.max(0, totals[FLEET_CLOCK] - ledger.f32[at + FLEET_TIME]));
  totals[FLEET_BAD] = Math.max(0, totals[FLEET_BAD] - ledger.f32[at + BAD] * left);
  totals[FLEET_ALL] = Math.max(0, totals[FLEET_ALL] - ledger.f32[at + ALL] * left);
  for (let index = 0; index < RING_SIZE; index++) {
    if (fleet.ring[index] >> 1 === slot) fleet.ring[index] = -1;
  }
}

/** Forgets an instance's counts. Its share of the totals must have been withdrawn. */
export function clearEvidence(ledger: Ledger, fleet: Fleet, slot: number): void {
  const at = slot * WORDS;
  ledger.f32[at + BAD] = 0;
  ledger.f32[at + ALL] = 0;
  ledger.f32[at + FLEET_TIME] = fleet.totals[FLEET_CLOCK];
}

/**
 * Puts an instance's own counts back into the totals, for one that returns from being parked.
 */
export function restoreEvidence(ledger: Ledger, fleet: Fleet, slot: number): void {
  const { totals } = fleet;
  const at = slot * WORDS;
  const left = fade(Math.max(0, totals[FLEET_CLOCK] - ledger.f32[at + FLEET_TIME]));
  totals[FLEET_BAD] += ledger.f32[at + BAD] * left;
  totals[FLEET_ALL] += ledger.f32[at + ALL] * left;
}

// Float32 resolves 6e-5 below 1024. Rebasing costs O(instances) once in at least 1024 n w outcomes or 1024 tau.
const REBASE = 1024;

function rebase(ledger: Ledger, fleet: Fleet): void {
  fleet.totals[FLEET_CLOCK] -= REBASE;
  for (let slot = 0; slot < ledger.used; slot++) ledger.f32[slot * WORDS + FLEET_TIME] -= REBASE;
  for (let index = 0; index < RING_SIZE; index++) fleet.ringTime[index] -= REBASE;
}
