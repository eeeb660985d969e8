// By hand, from Finagle's FailureAccrualPolicy.scala, FailureAccrualFactory.scala, Backoff.scala:282 and PanicMode.scala.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../../core/kernel/index.ts';
import { FinagleAccrual } from './finagle-accrual.ts';
import { FinagleBackoff } from './finagle-backoff.ts';
import { finagle } from './finagle.ts';
import { stage } from './surroundings-fixture.test.ts';

const TWO = { instances: 2, draws: Array.from({ length: 997 }, seededRandom(1)) };

describe('Finagle', () => {
  test('marks an instance out at the fifth failure in a row, and not when a success came between', () => {
    const { attempt, ejected, asked } = stage(finagle, TWO);
    attempt(0, 'server-error', 4);
    attempt(0, 'good');
    attempt(0, 'server-error', 4);
    assert.deepEqual(ejected, []);
    attempt(0, 'server-error');
    assert.deepEqual(ejected, ['0 consecutive-failures']);
    assert.deepEqual(asked(40), [1]);
  });

  test('probes with one request after 5 s, and revives when it is good', () => {
    const { attempt, clock, pick, asked, policy } = stage(finagle, TWO);
    attempt(0, 'timeout', 5);
    clock.runUntil(4999);
    assert.deepEqual(asked(40), [1]);
    clock.runUntil(5000);
    const probe = pick([1])!;
    assert.equal(probe.instance, 0);
    assert.deepEqual(asked(40), [1]); // nobody else while it is under way
    probe.ended('good', 5000);
    assert.equal(policy.look!(0).circuit, 'closed');
    assert.deepEqual(asked(40), [0, 1]);
  });

  test('is out for longer after a probe that failed, which is no new ejection', () => {
    const { attempt, clock, asked, ejected } = stage(finagle, TWO);
    attempt(0, 'timeout', 5);
    clock.runUntil(5000);
    attempt(0, 'timeout'); // the second backoff is drawn from 5 s to 10 s
    clock.runUntil(9999);
    assert.deepEqual(asked(40), [1]);
    clock.runUntil(15_000);
    assert.deepEqual(asked(40), [0, 1]);
    assert.deepEqual(ejected, ['0 consecutive-failures']);
  });

  test('panics rather than refuses when everybody is out', () => {
    const { attempt, asked } = stage(finagle, TWO);
    attempt(0, 'connect', 5);
    attempt(1, 'connect', 5);
    assert.equal(asked(40).length, 2);
  });

  test('takes the less loaded of two', () => {
    const { pick } = stage(finagle, TWO);
    const picks = Array.from({ length: 8 }, () => pick()!.instance);
    for (let pair = 0; pair < 8; pair += 2) assert.notEqual(picks[pair], picks[pair + 1]);
  });
});

describe('Finagle’s backoff', () => {
  test('doubles a half, draws a half, and stays at 300 s', () => {
    const backoff = new FinagleBackoff(5000, 300_000, () => 0.5);
    // 5; then half + half x .5 with halves of 5, 10, 20, 40, 80, 160 and, beyond the cap, 300.
    const seconds = [5, 7.5, 15, 30, 60, 120, 240, 300, 300];
    assert.deepEqual(
      seconds.map(() => backoff.next() / 1000),
      seconds,
    );
    backoff.restart();
    assert.equal(backoff.next(), 5000);
  });
});

describe('Finagle’s success rate', () => {
  /** Four successes at 29.9 s: the average is 1 then. */
  function settled(): FinagleAccrual {
    const accrual = new FinagleAccrual(0, () => 0);
    for (let time = 0; time < 4; time++) accrual.succeeded(29_900);
    return accrual;
  }

  test('takes out below .8, which one failure can reach by the silence before it', () => {
    // e^(-10.1 / 30) = .714 of the average is left at 40 s; five requests within the slices of 30 s.
    assert.deepEqual(settled().failed(40_000), { forMs: 5000, rule: 'success-rate' });
  });

  test('leaves in above .8', () => {
    assert.equal(settled().failed(35_000), undefined); // e^(-5.1 / 30) = .844
  });

  test('says nothing in the first 30 s, nor of fewer than five requests', () => {
    const young = new FinagleAccrual(0, () => 0);
    young.succeeded(0);
    for (const at of [10_000, 15_000, 20_000, 25_000]) assert.equal(young.failed(at), undefined);
    const quiet = new FinagleAccrual(0, () => 0);
    quiet.succeeded(0);
    assert.equal(quiet.failed(60_000), undefined);
  });

  test('asks for the longer time when both rules speak', () => {
    const accrual = new FinagleAccrual(0, () => 0.5);
    accrual.succeeded(0);
    // At 30 s the average is 1/e; the fourth failure is the fifth request, the fifth is a run of five as well.
    for (let time = 0; time < 3; time++) assert.equal(accrual.failed(30_000 + time), undefined);
    assert.equal(accrual.failed(30_003), undefined); // requests at 0 s have left the slices: four
    assert.deepEqual(accrual.failed(30_004), { forMs: 5000, rule: 'consecutive-failures' }); // both 5 s
    assert.deepEqual(accrual.failed(30_005), { forMs: 7500, rule: 'consecutive-failures' });
  });
});
