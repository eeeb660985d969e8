// By hand, from opossum 9.0.0 (lib/circuit.js:981): open when failures / fires > .5 in ten buckets of a second, half-open
// after 30 s.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { opossumBreaker } from './opossum-breaker.ts';
import { stage } from './surroundings-fixture.test.ts';

describe('opossum in front of each instance', () => {
  test('opens at the very first request when it fails: 1 of 1', () => {
    const { attempt, ejected, asked, policy } = stage(opossumBreaker, { instances: 3 });
    attempt(0, 'server-error');
    assert.deepEqual(ejected, ['0 failure-share']);
    assert.deepEqual(asked(4), [1, 2]);
    assert.deepEqual(policy.look!(0), { score: 0, circuit: 'open' });
  });

  test('stays closed at a half and opens above', () => {
    const { attempt, ejected } = stage(opossumBreaker, { instances: 2 });
    attempt(0, 'good', 10);
    attempt(0, 'server-error', 10); // 10 of 20
    assert.deepEqual(ejected, []);
    attempt(0, 'server-error'); // 11 of 21
    assert.deepEqual(ejected, ['0 failure-share']);
  });

  test('forgets a bucket ten seconds after it began', () => {
    for (const [at, ejected] of [
      [9999, []], // 1 failure of 3
      [10_000, ['0 failure-share']], // 1 of 1
    ] as const) {
      const { attempt, clock, ejected: seen } = stage(opossumBreaker, { instances: 2 });
      attempt(0, 'good', 2);
      clock.runUntil(at);
      attempt(0, 'timeout');
      assert.deepEqual(seen, ejected);
    }
  });

  test('lets one trial through after 30 s, closes when it is good', () => {
    const { attempt, clock, pick, policy } = stage(opossumBreaker, { instances: 2 });
    attempt(0, 'reset');
    clock.runUntil(29_999);
    assert.equal(pick([1])?.instance, 1);
    clock.runUntil(30_000);
    const trial = pick([1])!;
    assert.equal(trial.instance, 0);
    assert.equal(pick([1])?.instance, 1);
    trial.ended('good', 30_000);
    assert.equal(policy.look!(0).circuit, 'closed');
  });

  test('opens for another 30 s when the trial fails, which is no new ejection', () => {
    const { attempt, clock, pick, ejected } = stage(opossumBreaker, { instances: 2 });
    attempt(0, 'reset');
    clock.runUntil(30_000);
    attempt(0, 'reset');
    clock.runUntil(59_999);
    assert.equal(pick([1])?.instance, 1);
    clock.runUntil(60_000);
    assert.equal(pick([1])?.instance, 0);
    assert.deepEqual(ejected, ['0 failure-share']);
  });

  test('refuses when all are open: there is no cap', () => {
    const { attempt, pick } = stage(opossumBreaker, { instances: 2 });
    attempt(0, 'connect');
    attempt(1, 'connect');
    assert.equal(pick(), undefined);
  });
});
