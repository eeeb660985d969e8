// Slow start: how much of its share a restored or new instance gets.
//
// Trust thins the share: a random draw is accepted with probability trust x weight / the largest weight. The obvious other
// way, multiplying the price by 1/trust, starves at low load: with nothing in flight anywhere a tenfold price never wins.
//
// It doubles every `slowStart`, grows by a tenth with each good outcome, and halves with each bad one while the instance is
// still on probation (level > 0). So a partial recovery settles at the share below which it does not fail.

import type { Ledger, Settings, Tuning } from '../model/index.ts';
import { BYTES, FLAGS, GROWING, INVERSE_WEIGHT, LEVEL, SHARE, SUSPICION, TRUST_AT, WORDS } from '../model/index.ts';

/**
 * Begins slow start at `trust`, (0,1], or gives full trust when slow start is off: a newcomer at a tenth, one that has passed
 * its trials at a fifth, since something is known of it. `largest` is the weight that SHARE is relative to.
 */
export function beginSlowStart(
  ledger: Ledger,
  slot: number,
  now: number,
  trust: number,
  largest: number,
  settings: Settings,
): void {
  setTrust(ledger, slot, now, settings.slowStart === 0 ? 1 : trust, largest);
}

/** Writes trust, and SHARE with it. */
export function setTrust(ledger: Ledger, slot: number, now: number, trust: number, largest: number): void {
  const at = slot * WORDS;
  ledger.f32[at + SHARE] = trust / (ledger.f32[at + INVERSE_WEIGHT] * largest);
  ledger.i32[at + TRUST_AT] = now;
  if (trust < 1) ledger.u8[slot * BYTES + FLAGS] |= GROWING;
  else ledger.u8[slot * BYTES + FLAGS] &= ~GROWING;
}

/** Trust as it reads at `now`, (0,1]: what was written, grown with time. */
export function trustOf(ledger: Ledger, slot: number, now: number, largest: number, settings: Settings): number {
  if ((ledger.u8[slot * BYTES + FLAGS] & GROWING) === 0) return 1;
  const at = slot * WORDS;
  return Math.min(
    1,
    ledger.f32[at + SHARE] * ledger.f32[at + INVERSE_WEIGHT] * largest * growth(ledger, slot, now, settings),
  );
}

/** Trust x weight / largest weight as it reads at `now`: the chance with which a draw of this slot is accepted. */
export function shareOf(ledger: Ledger, slot: number, now: number, largest: number, settings: Settings): number {
  const share = ledger.f32[slot * WORDS + SHARE];
  if ((ledger.u8[slot * BYTES + FLAGS] & GROWING) === 0) return share;
  const full = 1 / (ledger.f32[slot * WORDS + INVERSE_WEIGHT] * largest);
  return Math.min(full, share * growth(ledger, slot, now, settings));
}

/** One more outcome of a closed circuit. Returns at once for the many that are fully trusted and off probation. */
export function noteTrust(
  ledger: Ledger,
  slot: number,
  bad: boolean,
  now: number,
  largest: number,
  settings: Settings,
  tuning: Tuning,
): void {
  const at = slot * BYTES;
  const onProbation = ledger.u8[at + LEVEL] > 0;
  const isGrowing = (ledger.u8[at + FLAGS] & GROWING) !== 0;
  if (!onProbation && !isGrowing) return;
  let trust = trustOf(ledger, slot, now, largest, settings);
  if (bad) {
    if (onProbation && settings.slowStart > 0) trust = Math.max(tuning.leastTrust, trust / 2);
  } else {
    trust = Math.min(1, trust * tuning.trustGrowth);
  }
  setTrust(ledger, slot, now, trust, largest);
  // Behaved well at full share with nothing left against it: the next fault starts with the first window again.
  if (onProbation && trust >= 1 && ledger.f32[slot * WORDS + SUSPICION] === 0) ledger.u8[at + LEVEL] = 0;
}

/** Halves trust without an outcome: a forecast that is acted on. It grows back as after a restore. */
export function distrust(
  ledger: Ledger,
  slot: number,
  now: number,
  largest: number,
  settings: Settings,
  tuning: Tuning,
): void {
  if (settings.slowStart === 0) return;
  setTrust(ledger, slot, now, Math.max(tuning.leastTrust, trustOf(ledger, slot, now, largest, settings) / 2), largest);
}

/** After the largest weight or the own weight has changed: the same trust, another SHARE. */
export function rescaleShare(ledger: Ledger, slot: number, weight: number, oldLargest: number, largest: number): void {
  const at = slot * WORDS;
  const isGrowing = (ledger.u8[slot * BYTES + FLAGS] & GROWING) !== 0;
  const trust = isGrowing ? ledger.f32[at + SHARE] * ledger.f32[at + INVERSE_WEIGHT] * oldLargest : 1;
  ledger.f32[at + INVERSE_WEIGHT] = 1 / weight;
  ledger.f32[at + SHARE] = (trust * weight) / largest;
}

function growth(ledger: Ledger, slot: number, now: number, settings: Settings): number {
  const elapsed = (now - ledger.i32[slot * WORDS + TRUST_AT]) | 0;
  return elapsed > 0 ? 2 ** Math.min(64, elapsed / settings.slowStart) : 1;
}
