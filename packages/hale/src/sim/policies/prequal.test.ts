// By hand, from the Prequal paper (NSDI 2024, section 4), and from our own rule against sinkholes.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../../core/kernel/index.ts';
import { ErrorAversion } from './error-aversion.ts';
import { LatencyByLoad } from './latency-by-load.ts';
import { prequal, usesOf } from './prequal.ts';
import type { Probe } from './probe-pool.ts';
import { ProbePool } from './probe-pool.ts';
import { RecentQuantile } from './recent-quantile.ts';
import { stage } from './surroundings-fixture.test.ts';

const DRAWS = Array.from({ length: 997 }, seededRandom(1));

function probe(instance: number, inFlight: number, latencyMs: number, takenAt = 0, uses = Infinity): Probe {
  return { instance, inFlight, latencyMs, takenAt, uses };
}

function poolOf(...probes: readonly Probe[]): ProbePool {
  const pool = new ProbePool(16);
  for (const one of probes) pool.add(one);
  return pool;
}

describe('the hot-cold rule', () => {
  test('takes the cold one with the lowest latency, though a hot one is faster', () => {
    const pool = poolOf(probe(0, 1, 30), probe(1, 0, 50), probe(2, 5, 1));
    assert.equal(pool.best(2, [])?.instance, 0);
    assert.equal(pool.best(2, [0])?.instance, 1);
  });

  test('takes the one with the fewest in flight where all are hot', () => {
    assert.equal(poolOf(probe(0, 4, 1), probe(1, 3, 50)).best(2, [])?.instance, 1);
  });

  test('finds hot what is above the .84 quantile', () => {
    const loads = new RecentQuantile();
    for (const count of [0, 0, 0, 0, 1, 1, 1, 2, 2, 9]) loads.add(count);
    assert.equal(loads.at(2 ** -0.25), 2); // .8409 x 10 = 8.4: nine do not exceed 2
    for (let time = 0; time < 128; time++) loads.add(7); // the last 128 are what counts
    assert.equal(loads.at(2 ** -0.25), 7);
  });
});

describe('the probe pool', () => {
  test('drops an answer after a second, and keeps the newest of an instance', () => {
    const pool = poolOf(probe(0, 0, 1, 0), probe(1, 0, 1, 500), probe(0, 0, 1, 900));
    assert.equal(pool.size, 2);
    pool.dropOld(1501);
    assert.equal(pool.best(0, [])?.instance, 0);
    assert.equal(pool.size, 1);
  });

  test('counts a request on the answer it went by, and wears it out', () => {
    const one = probe(0, 0, 1, 0, 2);
    const pool = poolOf(one);
    pool.use(one);
    assert.deepEqual([one.inFlight, pool.size], [1, 1]);
    pool.use(one);
    assert.equal(pool.size, 0);
  });

  test('removes the worst and the oldest by turns', () => {
    const pool = poolOf(probe(0, 0, 10), probe(1, 0, 90), probe(2, 0, 50));
    pool.removeOne(2);
    assert.equal(pool.best(2, [0, 2]), undefined); // 1, the slowest
    pool.removeOne(2);
    assert.equal(pool.best(2, [])?.instance, 2); // 0 was the oldest
  });

  test('lets 1.67 requests go by an answer in a fleet of 60, and any number where the pool holds everybody', () => {
    // (1 + 1) / ((1 - 16 / 60) x 3 - 1) = 2 / 1.2
    assert.ok(Math.abs(usesOf(60) - 5 / 3) < 1e-9);
    assert.equal(usesOf(16), Infinity);
  });
});

describe('a latency by load', () => {
  test('is the median of answers at about that load, and is forgotten after 5 s', () => {
    const latency = new LatencyByLoad();
    for (const ms of [20, 30, 10]) latency.add(0, ms, 0);
    latency.add(8, 200, 4000);
    assert.equal(latency.median(0, 5000), 20);
    assert.equal(latency.median(10, 5000), 200); // 7 to 14 are one load
    assert.equal(latency.median(0, 5001), 200); // the nearest that is known
    assert.equal(latency.median(0, 9001), undefined);
  });
});

describe('the aversion to errors', () => {
  test('trips at the eighth error when one comes each quarter of a second', () => {
    // A tenth each (1 - e^-.125 = .117 is more), fading by e^-.025 between: e = .818 x (1 - .878^n), .490 at 7, .530 at 8.
    const { attempt, clock, ejected } = stage(prequal, { instances: 2, draws: [0, 0.5] });
    for (let time = 1; time <= 8; time++) {
      assert.deepEqual(ejected, []);
      clock.runUntil(time * 250);
      attempt(0, 'server-error');
    }
    assert.deepEqual(ejected, ['0 error-aversion']);
  });

  test('is not asked while it is out, and recovers as its record fades', () => {
    const aversion = new ErrorAversion();
    for (let time = 1; time <= 8; time++) aversion.answered(false, time * 250);
    // .530 x e^(-t / 10 s) < .25 from 7.51 s on.
    assert.equal(aversion.isOut(2000 + 7400), true);
    assert.equal(aversion.isOut(2000 + 7600), false);
  });

  test('takes a burst of errors for one moment', () => {
    const aversion = new ErrorAversion();
    for (let time = 0; time < 100; time++) aversion.answered(false, 60_000);
    assert.ok(Math.abs(aversion.errors(60_000) - 0.1) < 1e-9);
  });
});

describe('Prequal', () => {
  test('leaves an instance that does not answer its probes, once what it answered before is a second old', () => {
    let isUp = true;
    const { asked, clock } = stage(prequal, {
      instances: 3,
      draws: DRAWS,
      passes: (instance) => instance !== 0 || isUp,
    });
    asked(20);
    isUp = false;
    clock.runUntil(1001);
    asked(2); // what is in the pool has gone: these are drawn, and probe
    assert.deepEqual(asked(20), [1, 2]);
  });

  test('draws from all when nobody’s answers are in the pool: there is no cap to reach', () => {
    const { asked } = stage(prequal, { instances: 3, draws: DRAWS, passes: () => false });
    assert.deepEqual(asked(40), [0, 1, 2]);
  });

  test('sends to the only one there is, even when it was tried', () => {
    assert.equal(stage(prequal, { instances: 1 }).pick([0])?.instance, 0);
  });
});
