import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LATENCY_RATE, TUNING } from '../model/index.ts';
import { PACE_PICKS, notePace, setFleetSize } from './index.ts';
import { near, world } from './world-fixture.test.ts';

/** Two marks of 64 picks, so many ms apart, in a fleet of eight. */
function rateAfter(elapsedMs: number): number {
  const { fleet } = world(8);
  setFleetSize(fleet, 8, TUNING);
  notePace(fleet, 1000, TUNING);
  notePace(fleet, 1000 + elapsedMs, TUNING);
  return fleet.totals[LATENCY_RATE];
}

test('what is known of a latency ages within 10 s where picks are rare', () => {
  near(rateAfter(64_000), 1 / 10_000, 1e-12);
  near(rateAfter(3_600_000), 1 / 10_000, 1e-12);
});

test('and within as many picks as evidence does where they are frequent', () => {
  // 300 a second: 64 picks in 213 ms, of which 400 (8 x 50) are one unit: 1.33 s.
  near(1 / rateAfter((1000 * 64) / 300), 1333.3, 1);
});

test('but not within less than a tenth of a second', () => {
  near(rateAfter(1), 0.01, 1e-12);
});

test('a clock that stands still, or goes back, says nothing of the pace', () => {
  for (const elapsed of [0, -5000, NaN]) near(rateAfter(elapsed), 1 / 10_000, 1e-12, `${elapsed}:`);
});

test('is asked at one in 64 picks', () => {
  assert.equal(PACE_PICKS, 63);
});
