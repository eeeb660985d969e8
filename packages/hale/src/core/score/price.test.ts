import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  ALL,
  BAD,
  FLEET_TIME,
  INVERSE_WEIGHT,
  IN_FLIGHT,
  LATENCY,
  LATENCY_AT,
  PROGRESS_AT,
  WORDS,
} from '../model/index.ts';
import { near, world } from '../observe/world-fixture.test.ts';
import { failureRate, queuePrice } from './index.ts';

describe('queue x latency', () => {
  test('is (q / weight + 1) x L', () => {
    const { ledger, tuning } = world(2);
    ledger.f32[WORDS + LATENCY] = 20;
    ledger.i32[WORDS + LATENCY_AT] = 1000;
    ledger.i32[WORDS + PROGRESS_AT] = 1000;
    assert.equal(queuePrice(ledger, 1, 1000, 40, 1 / tuning.latencyMs), 20);
    ledger.i32[WORDS + IN_FLIGHT] = 6;
    assert.equal(queuePrice(ledger, 1, 1000, 40, 1 / tuning.latencyMs), 140);
    ledger.f32[WORDS + INVERSE_WEIGHT] = 0.5;
    assert.equal(queuePrice(ledger, 1, 1000, 40, 1 / tuning.latencyMs), 80);
  });

  test('an instance of which nothing is known costs the median', () => {
    const { ledger, tuning } = world();
    assert.equal(queuePrice(ledger, 0, 1000, 40, 1 / tuning.latencyMs), 40);
  });

  test('requests that do not come back make it dear before any time-out', () => {
    const { ledger, tuning } = world();
    ledger.f32[LATENCY] = 20;
    ledger.i32[LATENCY_AT] = 1000;
    ledger.i32[PROGRESS_AT] = 1000;
    ledger.i32[IN_FLIGHT] = 1;
    near(queuePrice(ledger, 0, 1010, 20, 1 / tuning.latencyMs), 2 * 20, 1e-9, 'less than L:');
    near(queuePrice(ledger, 0, 1500, 20, 1 / tuning.latencyMs), 2 * 500, 1e-9, 'more than L:');
    ledger.i32[IN_FLIGHT] = 0;
    near(queuePrice(ledger, 0, 1500, 20, 1 / tuning.latencyMs), 20, 1e-9, 'nothing is awaited:');
  });

  test('the silence is measured over 2^31 and 2^32 ms', () => {
    for (const at of [2 ** 31 - 100, 2 ** 32 - 100]) {
      const { ledger, tuning } = world();
      ledger.i32[PROGRESS_AT] = at;
      ledger.i32[IN_FLIGHT] = 1;
      assert.equal(queuePrice(ledger, 0, at + 300, 1, 1 / tuning.latencyMs), 600);
    }
  });
});

describe('the expected failure rate', () => {
  test('is (F d + m R) / (N d + m), d = g of the time since', () => {
    const { ledger, tuning } = world(2);
    ledger.f32[WORDS + BAD] = 4;
    ledger.f32[WORDS + ALL] = 10;
    ledger.f32[WORDS + FLEET_TIME] = 3;
    near(failureRate(ledger, 1, 3, 0.2, tuning), 5 / 15, 1e-9);
    near(failureRate(ledger, 1, 4, 0.2, tuning), (1.6 + 1) / (4 + 5), 1e-9);
    near(failureRate(ledger, 1, 2.5, 0.2, tuning), 5 / 15, 1e-9, 'a clock that is behind:');
  });

  test('of an instance of which nothing is known is that of everybody', () => {
    const { ledger, tuning } = world();
    near(failureRate(ledger, 0, 0, 0.3, tuning), 0.3, 1e-9);
    assert.equal(failureRate(ledger, 0, 0, 0, tuning), 0);
  });

  test('rises with the first failure: a cold instance is seventeen times as dear at once', () => {
    const { ledger, tuning } = world();
    ledger.f32[BAD] = 1;
    ledger.f32[ALL] = 1;
    near(1 + tuning.failureCost * failureRate(ledger, 0, 0, 0, tuning), 1 + 100 / 6, 1e-9);
    near(1 + tuning.replayableFailureCost * failureRate(ledger, 0, 0, 0, tuning), 1 + 20 / 6, 1e-9);
  });

  test('with equal queue and latency, one that fails more is never cheaper', () => {
    const counts = fc.record({
      bad: fc.nat(50),
      good: fc.nat(50),
      latency: fc.double({ min: 0.05, max: 1e7, noNaN: true }),
      queue: fc.nat(100),
    });
    fc.assert(
      fc.property(
        counts,
        fc.nat(50),
        fc.double({ min: 0, max: 0.95, noNaN: true }),
        ({ bad, good, latency, queue }, more, common) => {
          const { ledger, tuning } = world(2);
          for (const [slot, failures] of [
            [0, bad],
            [1, bad + more],
          ] as const) {
            ledger.f32[slot * WORDS + BAD] = failures;
            ledger.f32[slot * WORDS + ALL] = failures + good;
            ledger.f32[slot * WORDS + LATENCY] = latency;
            ledger.i32[slot * WORDS + IN_FLIGHT] = queue;
          }
          const price = (slot: number): number =>
            queuePrice(ledger, slot, 0, 20, 1 / tuning.latencyMs) *
            (1 + tuning.failureCost * failureRate(ledger, slot, 0, common, tuning));
          assert.ok(price(1) >= price(0) * (1 - 1e-12));
          assert.ok(Number.isFinite(price(1)) && price(1) > 0);
        },
      ),
    );
  });
});
