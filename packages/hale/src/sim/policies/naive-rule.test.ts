// By hand, from the specification's defaults: circuit_break_threshold 5, recovery_window 300 s, health_threshold .5,
// recovery_threshold .8, min_healthy_instances 1; a tenth for each outcome.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { naiveRule } from './naive-rule.ts';
import { stage } from './surroundings-fixture.test.ts';

describe('the naive rule', () => {
  test('trips at the fifth error in a row, and not when a success came between', () => {
    const { attempt, ejected, asked, policy } = stage(naiveRule, { instances: 3 });
    attempt(0, 'server-error', 4);
    attempt(0, 'good'); // the run is 0 again, the score 1 - .4 + .1 = .7
    assert.deepEqual(ejected, []);
    attempt(1, 'timeout', 5); // a run of 5
    assert.deepEqual(ejected, ['1 run']);
    assert.deepEqual(asked(6), [0, 2]);
    assert.deepEqual(policy.look!(1), { score: 0.5, circuit: 'open' });
  });

  test('trips below a score of .5, without a run', () => {
    const { attempt, ejected } = stage(naiveRule, { instances: 2 });
    // Four errors and a success are -.3: 1, .7, .4. The second round passes .5 at its third error: .7 - .3 = .4.
    attempt(0, 'reset', 4);
    attempt(0, 'good');
    attempt(0, 'reset', 2);
    assert.deepEqual(ejected, []); // .5 is still healthy
    attempt(0, 'reset');
    assert.deepEqual(ejected, ['0 score']);
  });

  test('recovers after 300 s at .5, and closes at .8 after three successes', () => {
    const { attempt, clock, policy, asked } = stage(naiveRule, { instances: 2 });
    attempt(0, 'connect', 5);
    clock.runUntil(299_999);
    assert.deepEqual(asked(4), [1]);
    clock.runUntil(300_000);
    attempt(0, 'good', 2); // .5 + .2
    assert.deepEqual(policy.look!(0), { score: 0.7, circuit: 'half-open' });
    attempt(0, 'good');
    assert.deepEqual(policy.look!(0), { score: 0.8, circuit: 'closed' });
  });

  test('opens again at the first error of a recovery, for another 300 s, which is no new ejection', () => {
    const { attempt, clock, asked, ejected } = stage(naiveRule, { instances: 2 });
    attempt(0, 'connect', 5);
    clock.runUntil(300_000);
    attempt(0, 'connect');
    clock.runUntil(599_999);
    assert.deepEqual(asked(4), [1]);
    clock.runUntil(600_000);
    assert.deepEqual(asked(4), [0, 1]);
    assert.deepEqual(ejected, ['0 run']);
  });

  test('refuses when nobody is healthy: there is no cap', () => {
    const { attempt, pick } = stage(naiveRule, { instances: 2 });
    attempt(0, 'server-error', 5);
    attempt(1, 'server-error', 5);
    assert.equal(pick(), undefined);
  });

  test('asks again an instance that was tried when nobody else is healthy', () => {
    const { pick } = stage(naiveRule, { instances: 1 });
    assert.equal(pick([0])?.instance, 0);
  });
});
