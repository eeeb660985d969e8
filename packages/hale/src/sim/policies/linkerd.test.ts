// By hand, from linkerd2-proxy's consecutive_failures.rs and exp-backoff, and tower's peak_ewma.rs.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../../core/kernel/index.ts';
import { linkerd } from './linkerd.ts';
import { PeakLatency } from './peak-latency.ts';
import { stage } from './surroundings-fixture.test.ts';

describe('linkerd', () => {
  test('shuts at the seventh failure in a row, and not when a success came between', () => {
    const { attempt, ejected, asked } = stage(linkerd, {
      instances: 3,
      draws: Array.from({ length: 997 }, seededRandom(1)),
    });
    attempt(0, 'server-error', 6);
    attempt(0, 'good');
    attempt(0, 'server-error', 6);
    assert.deepEqual(ejected, []);
    attempt(0, 'server-error');
    assert.deepEqual(ejected, ['0 consecutive-failures']);
    assert.deepEqual(asked(40), [1, 2]);
  });

  test('calls 429 a success', () => {
    const { attempt, ejected } = stage(linkerd, { instances: 2 });
    attempt(0, 'overload', 20);
    assert.deepEqual(ejected, []);
  });

  test('lets one request through after 1 s, and opens when it is good', () => {
    const { attempt, clock, pick, policy } = stage(linkerd, { instances: 2 });
    attempt(0, 'timeout', 7);
    clock.runUntil(999);
    assert.equal(pick([1])?.instance, 1);
    clock.runUntil(1000);
    const probation = pick([1])!;
    assert.equal(probation.instance, 0);
    assert.equal(pick([1])?.instance, 1); // the only permit is taken
    assert.equal(policy.look!(0).circuit, 'half-open');
    probation.ended('good', 1000);
    assert.equal(policy.look!(0).circuit, 'closed');
    assert.equal(pick([1])?.instance, 0);
  });

  test('waits 1, 2, 4, 8, 16, 32 and then 60 s between probations that fail', () => {
    const { attempt, clock, pick, ejected } = stage(linkerd, { instances: 2 });
    attempt(0, 'reset', 7);
    let at = 0;
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      at += seconds * 1000;
      clock.runUntil(at - 1);
      assert.equal(pick([1])?.instance, 1);
      clock.runUntil(at);
      attempt(0, 'reset');
    }
    assert.deepEqual(ejected, ['0 consecutive-failures']);
  });

  test('adds up to half of a backoff', () => {
    // Draws of .5: 1 s + 1 s x .5 x .5.
    const { attempt, clock, pick } = stage(linkerd, { instances: 2, draws: [0.5] });
    attempt(0, 'reset', 7);
    clock.runUntil(1249);
    assert.equal(pick([1])?.instance, 1);
    clock.runUntil(1250);
    assert.equal(pick([1])?.instance, 0);
  });

  test('refuses when everybody is shut: there is no cap', () => {
    const { attempt, pick } = stage(linkerd, { instances: 2 });
    attempt(0, 'connect', 7);
    attempt(1, 'connect', 7);
    assert.equal(pick(), undefined);
  });

  test('takes the better of two', () => {
    const { pick, clock } = stage(linkerd, { instances: 2 });
    pick([1])!.ended('good', 100); // 0 took 100 ms, 1 is at 30 ms
    clock.runUntil(100);
    assert.equal(pick()?.instance, 1);
  });
});

describe('peak-EWMA', () => {
  test('believes a slower answer at once and a faster one by 1 - 1/e in its decay time, and counts what is in flight', () => {
    const latency = new PeakLatency(30, 10_000, 0);
    assert.equal(latency.load(0), 30);
    latency.started();
    assert.equal(latency.load(0), 60); // 30 x (1 + 1)
    latency.finished(100, 0);
    assert.equal(latency.load(0), 100);
    latency.started();
    latency.finished(50, 10_000);
    // 100 / e + 50 x (1 - 1 / e) = 50 + 50 / e
    assert.ok(Math.abs(latency.load(10_000) - 68.394) < 0.001);
    // Ten seconds without an answer: / e.
    assert.ok(Math.abs(latency.load(20_000) - 25.161) < 0.001);
  });
});
