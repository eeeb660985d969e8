import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LATENCY, LATENCY_AT, MEDIAN, WORDS } from '../model/index.ts';
import { near, world } from '../observe/world-fixture.test.ts';
import { latencyOf, medianLatency } from './index.ts';

test('the median is 1 ms before the first sample', () => {
  const { fleet } = world();
  assert.equal(medianLatency(fleet), 1);
  fleet.totals[MEDIAN] = 35;
  assert.equal(medianLatency(fleet), 35);
});

test('an instance of which nothing is known reads as the median', () => {
  const { ledger, tuning } = world();
  assert.equal(latencyOf(ledger, 0, 5000, 35, 1 / tuning.latencyMs), 35);
});

test('an estimate reads as it is while samples come, and returns to the median by g(idle / 10 s)', () => {
  const { ledger, tuning } = world(2);
  ledger.f32[WORDS + LATENCY] = 200;
  ledger.i32[WORDS + LATENCY_AT] = 1000;
  assert.equal(latencyOf(ledger, 1, 1000, 40, 1 / tuning.latencyMs), 200);
  near(latencyOf(ledger, 1, 11_000, 40, 1 / tuning.latencyMs), 40 + 160 * 0.4, 1e-9);
  near(latencyOf(ledger, 1, 21_000, 40, 1 / tuning.latencyMs), 40 + 160 * 0.2, 1e-9);
  near(latencyOf(ledger, 1, 1000 + 20 * 86_400_000, 40, 1 / tuning.latencyMs), 40, 1e-3);
  // One that was quicker than the median returns upward.
  near(latencyOf(ledger, 1, 11_000, 400, 1 / tuning.latencyMs), 400 - 200 * 0.4, 1e-9);
});

test('a clock that went back reads it as it is', () => {
  const { ledger, tuning } = world();
  ledger.f32[LATENCY] = 200;
  ledger.i32[LATENCY_AT] = 1000;
  assert.equal(latencyOf(ledger, 0, 0, 40, 1 / tuning.latencyMs), 200);
});

test('idleness is measured over 2^31 and 2^32 ms', () => {
  for (const at of [2 ** 31 - 5000, 2 ** 32 - 5000]) {
    const { ledger, tuning } = world();
    ledger.f32[LATENCY] = 200;
    ledger.i32[LATENCY_AT] = at;
    near(latencyOf(ledger, 0, at + 10_000, 40, 1 / tuning.latencyMs), 104, 1e-9, `${at}:`);
  }
});
