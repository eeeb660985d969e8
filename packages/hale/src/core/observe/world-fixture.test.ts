// A ledger, a fleet and settings for the tests of the rooms below the engine: the real ones, with nobody above them. The
// two outcomes at the end follow the text of the decisions (evidence, then the sequential test), not the engine's code.

import assert from 'node:assert/strict';
import { exonerate, failureWeight, runLimit, suspect, verdict } from '../circuit/index.ts';
import type { Fault, Settings, SettingsInput, Tuning } from '../model/index.ts';
import {
  BYTES,
  FLEET_CLOCK,
  FLEET_TIME,
  Fleet,
  INVERSE_WEIGHT,
  LATENCY_RATE,
  Ledger,
  RUN,
  SHARE,
  SUSPICION,
  TUNING,
  WORDS,
  resolveSettings,
  restOfFleet,
} from '../model/index.ts';
import { advanceFleetClock, countEvidence, noteInRing, ringShare, setFleetSize } from './evidence.ts';

export interface World {
  readonly ledger: Ledger;
  readonly fleet: Fleet;
  readonly settings: Settings;
  readonly tuning: Tuning;
  readonly instances: number;
}

/** `instances` sound newcomers in slots 0, 1, ...; `clock` is where the fleet clock stands. */
export function world(instances = 1, knobs: SettingsInput = {}, clock = 0): World {
  const ledger = new Ledger();
  const fleet = new Fleet();
  fleet.totals[FLEET_CLOCK] = clock;
  fleet.totals[LATENCY_RATE] = 1 / TUNING.latencyMs; // as a quiet service has it
  for (let index = 0; index < instances; index++) {
    const slot = ledger.take();
    ledger.f32[slot * WORDS + INVERSE_WEIGHT] = 1;
    ledger.f32[slot * WORDS + SHARE] = 1;
    ledger.f32[slot * WORDS + FLEET_TIME] = clock;
  }
  return { ledger, fleet, settings: settingsOf(knobs), tuning: TUNING, instances };
}

export function settingsOf(knobs: SettingsInput = {}): Settings {
  const faults: Fault[] = [];
  const settings = resolveSettings(knobs as Record<string, unknown>, faults);
  assert.deepEqual(faults, []);
  return settings;
}

/** One good outcome of a closed instance. */
export function succeed({ ledger, fleet, tuning, instances }: World, slot: number, now: number): void {
  setFleetSize(fleet, instances, tuning);
  advanceFleetClock(ledger, fleet, now, tuning, 1);
  countEvidence(ledger, fleet, slot, false);
  noteInRing(fleet, slot, false);
  ledger.u8[slot * BYTES + RUN] = 0;
  exonerate(ledger, slot, tuning);
}

/** One bad outcome of a closed instance, and what the test says of it then. */
export function fail(
  { ledger, fleet, settings, tuning, instances }: World,
  slot: number,
  now: number,
): 'none' | 'suspicion' | 'run' {
  const baseline = Math.max(restOfFleet(ledger, fleet, slot, now, tuning), ringShare(fleet, slot));
  setFleetSize(fleet, instances, tuning);
  advanceFleetClock(ledger, fleet, now, tuning, 1);
  countEvidence(ledger, fleet, slot, true);
  noteInRing(fleet, slot, true);
  ledger.u8[slot * BYTES + RUN] = Math.min(255, ledger.u8[slot * BYTES + RUN] + 1);
  suspect(ledger, slot, failureWeight(baseline, tuning));
  const { circuitBreakThreshold, runFactor } = settings;
  return verdict(ledger, slot, circuitBreakThreshold, runLimit(circuitBreakThreshold, runFactor));
}

export function suspicionOf({ ledger }: World, slot: number): number {
  return ledger.f32[slot * WORDS + SUSPICION];
}

/** |actual - expected| <= tolerance, with both in the message. */
export function near(actual: number, expected: number, tolerance: number, message = ''): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${message} expected ${expected} +- ${tolerance}, received ${actual}`,
  );
}
