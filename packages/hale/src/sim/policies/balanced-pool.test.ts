// By hand, from undici 7.30.2 (lib/dispatcher/balanced-pool.js): weights of 100, 15 a penalty, levels by the divisor.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { balancedPool } from './balanced-pool.ts';
import { BalancedWeights } from './balanced-weights.ts';
import { PoolSockets } from './pool-sockets.ts';
import { stage } from './surroundings-fixture.test.ts';

describe('the weights of a BalancedPool', () => {
  test('send 85 to 100 after one failed connection', () => {
    const weights = new BalancedWeights(2);
    weights.failed(0); // 85 and 100, divisor 5: levels 100, 95 ... 5; 1 is at each of the 20, 0 from 85 on, at 17
    const picks = Array.from({ length: 37 }, () => weights.choose());
    assert.deepEqual(picks.slice(0, 6), [1, 1, 1, 0, 1, 0]);
    assert.equal(picks.filter((instance) => instance === 0).length, 17);
  });

  test('recover by 15 with each connection, up to 100', () => {
    const weights = new BalancedWeights(2);
    for (let time = 0; time < 3; time++) weights.failed(0);
    assert.equal(weights.weight(0), 55);
    for (const weight of [70, 85, 100, 100]) {
      weights.connected(0);
      assert.equal(weights.weight(0), weight);
    }
  });

  test('never fall below 1, however often a connection fails', () => {
    const weights = new BalancedWeights(2);
    for (let time = 0; time < 20; time++) weights.failed(0);
    assert.equal(weights.weight(0), 1); // 100 - 6 x 15 = 10, then 1
    const picks = Array.from({ length: 101 }, () => weights.choose());
    assert.equal(picks.filter((instance) => instance === 0).length, 1); // divisor 1: at the level 1 of 100
  });

  test('are equal turns while nothing fails', () => {
    const { pick } = stage(balancedPool, { instances: 3 });
    assert.deepEqual(
      Array.from({ length: 6 }, () => pick()!.instance),
      [0, 1, 2, 0, 1, 2],
    );
  });
});

describe('a BalancedPool', () => {
  const weightOf = (on: ReturnType<typeof stage>): number => Math.round(on.policy.look!(0).score * 100);

  test('takes 15 for a refused connection and for a broken one, and nothing for a bad answer or a time-out', () => {
    for (const [ending, weight] of [
      ['connect', 85],
      ['reset', 85],
      ['server-error', 100],
      ['overload', 100],
      ['timeout', 100],
    ] as const) {
      const on = stage(balancedPool, { instances: 2 });
      on.attempt(0, ending);
      assert.equal(weightOf(on), weight, ending);
    }
  });

  test('gives 15 for a new connection only: one that is kept alive teaches nothing', () => {
    const on = stage(balancedPool, { instances: 2 });
    on.attempt(0, 'connect', 4); // 40
    on.attempt(0, 'good', 10);
    assert.equal(weightOf(on), 55);
    on.clock.runUntil(4001); // idle for more than 4 s
    on.attempt(0, 'good');
    assert.equal(weightOf(on), 70);
    on.attempt(0, 'timeout'); // closes it
    on.attempt(0, 'good');
    assert.equal(weightOf(on), 85);
  });

  test('sends to the only one there is, even when it was tried', () => {
    assert.equal(stage(balancedPool, { instances: 1 }).pick([0])?.instance, 0);
  });
});

describe('the sockets of a pool', () => {
  test('are made as needed, the first free one first', () => {
    const sockets = new PoolSockets();
    assert.deepEqual(sockets.take(0), { socket: 0, isNew: true });
    assert.deepEqual(sockets.take(0), { socket: 1, isNew: true });
    sockets.release(1, true, 10);
    sockets.release(0, true, 20);
    assert.deepEqual(sockets.take(30), { socket: 0, isNew: false });
    assert.deepEqual(sockets.take(4011), { socket: 1, isNew: true });
  });
});
