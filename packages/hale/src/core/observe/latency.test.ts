import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../kernel/index.ts';
import { LATENCY, LATENCY_AT, MEDIAN, WORDS } from '../model/index.ts';
import { noteLatency } from './index.ts';
import type { World } from './world-fixture.test.ts';
import { near, world } from './world-fixture.test.ts';

const note = ({ ledger, fleet, tuning }: World, latencyMs: number, now: number, slot = 0): void =>
  noteLatency(ledger, fleet, slot, latencyMs, now, tuning);
const latency = ({ ledger }: World, slot = 0): number => ledger.f32[slot * WORDS + LATENCY];
const median = ({ fleet }: World): number => fleet.totals[MEDIAN];

describe('a latency estimate', () => {
  test('begins with the first sample', () => {
    const fleet = world();
    note(fleet, 20, 1000);
    assert.equal(latency(fleet), 20);
    assert.equal(fleet.ledger.i32[LATENCY_AT], 1000);
  });

  test('moves by a twentieth when samples follow each other', () => {
    const fleet = world();
    note(fleet, 20, 1000);
    note(fleet, 120, 1000);
    near(latency(fleet), 25, 1e-4);
    note(fleet, 25, 1100); // 100 ms idle would weigh .00995
    near(latency(fleet), 25, 1e-4);
    note(fleet, 125, 1200);
    near(latency(fleet), 30, 1e-4);
  });

  test('a sample after a silence weighs what the silence has forgotten', () => {
    const fleet = world();
    note(fleet, 20, 0);
    note(fleet, 120, 10_000); // 1 - g(1) = .6
    near(latency(fleet), 80, 1e-4);
  });

  test('an outlier as the first sample is forgotten by the idle minute after it', () => {
    const fleet = world();
    note(fleet, 2000, 0);
    note(fleet, 20, 60_000); // 1 - g(6) = 1 - 1/25
    near(latency(fleet), 20 + 1980 / 25, 1e-3);
  });

  test('a clock that goes back weighs a sample as one that follows at once', () => {
    const fleet = world();
    note(fleet, 20, 10_000);
    note(fleet, 120, 500);
    near(latency(fleet), 25, 1e-4);
    assert.equal(fleet.ledger.i32[LATENCY_AT], 500);
  });

  test('is measured over 2^31 and 2^32 ms', () => {
    for (const at of [2 ** 31 - 5000, 2 ** 32 - 5000]) {
      const fleet = world();
      note(fleet, 20, at);
      note(fleet, 120, at + 10_000);
      near(latency(fleet), 80, 1e-3, `${at}:`);
    }
  });

  test('samples are held between .05 ms and 10 000 s', () => {
    for (const [sample, held] of [
      [0, 0.05],
      [0.01, 0.05],
      [0.05, 0.05],
      [1e7, 1e7],
      [1e9, 1e7],
      [Infinity, 1e7],
    ] as const) {
      const fleet = world();
      note(fleet, sample, 0);
      near(latency(fleet), held, held * 1e-6, `${sample}:`);
      near(median(fleet), held, held * 1e-6, `${sample}:`);
    }
  });

  test('what is no time is no sample', () => {
    for (const sample of [NaN, -1, -Infinity]) {
      const fleet = world();
      note(fleet, 20, 0);
      note(fleet, sample, 9000);
      assert.equal(latency(fleet), 20, `${sample}`);
      assert.equal(median(fleet), 20, `${sample}`);
      assert.equal(fleet.ledger.i32[LATENCY_AT], 0, `${sample}`);
    }
  });

  test('is the own one of each instance', () => {
    const fleet = world(2);
    note(fleet, 20, 0, 0);
    note(fleet, 80, 0, 1);
    assert.deepEqual([latency(fleet, 0), latency(fleet, 1)], [20, 80]);
  });
});

describe('the running median', () => {
  test('moves by a fiftieth toward each sample', () => {
    const fleet = world(2);
    note(fleet, 100, 0);
    note(fleet, 5000, 0, 1);
    near(median(fleet), 102, 1e-9);
    note(fleet, 1, 0, 1);
    near(median(fleet), 102 * 0.98, 1e-9);
  });

  test('converges to the median of a skewed distribution, from far above and far below', () => {
    for (const first of [1, 5000]) {
      const fleet = world();
      const random = seededRandom(`median ${first}`);
      note(fleet, first, 0);
      let sum = 0;
      for (let sample = 0; sample < 20_000; sample++) {
        // Exponential with mean 50: the median is 50 ln 2 = 34.7, the mean would mislead.
        note(fleet, -50 * Math.log(1 - random()), 0);
        if (sample >= 10_000) sum += median(fleet) / 10_000;
      }
      near(sum, 50 * Math.LN2, 2, `from ${first}:`);
    }
  });

  test('stays within the bounds of a sample', () => {
    const fleet = world();
    note(fleet, 0, 0);
    for (let sample = 0; sample < 10; sample++) note(fleet, 0, 0);
    assert.equal(median(fleet), 0.05);
    const slow = world();
    for (let sample = 0; sample < 10; sample++) note(slow, Infinity, 0);
    assert.ok(median(slow) <= 1e7);
  });
});
