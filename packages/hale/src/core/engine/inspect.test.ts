// What people and programs are told of the state: snapshots, sentences, and when something may change.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rigOf } from './engine-fixture.test.ts';
import type { Rig } from './engine-fixture.test.ts';

describe('nextChangeInMs', () => {
  test('is 0 while somebody may be picked, and undefined when nothing is known to end', () => {
    const rig = rigOf('ab');
    assert.equal(rig.engine.nextChangeInMs(rig.now), 0);
    for (const id of 'ab') rig.engine.override(id, { mode: 'drain' }, rig.now);
    assert.equal(rig.engine.nextChangeInMs(rig.now), undefined);
    for (const id of 'ab') rig.engine.override(id, { mode: 'ready', circuit: 'open' }, rig.now);
    assert.equal(rig.engine.nextChangeInMs(rig.now), undefined);
  });

  test('is the moment at which a pick succeeds: the end of the first window, or of the pause', () => {
    const rig = rigOf('ab', { jitter: 0 });
    rig.fail('a', 5);
    rig.pass(20_000);
    rig.fail('b', 5);
    assert.equal(rig.engine.nextChangeInMs(rig.now), 280_000);
    rig.pass(279_999);
    assert.equal(rig.pick(), undefined);
    rig.pass(1);
    assert.ok(rig.mustPick().trial);
    // Its one trial is out; the next chance is b's window.
    assert.equal(rig.engine.nextChangeInMs(rig.now), 20_000);
  });

  test('waits for as many as the minimum asks for', () => {
    const rig = rigOf('abc', { jitter: 0, minHealthyInstances: 2 });
    rig.fail('a', 5);
    rig.pass(1000);
    rig.fail('b', 5);
    assert.equal(rig.pick(), undefined);
    assert.equal(rig.engine.nextChangeInMs(rig.now), 299_000);
    rig.pass(298_999);
    assert.equal(rig.pick(), undefined);
    rig.pass(1);
    assert.notEqual(rig.pick(), undefined);
  });

  test('of a half-open circuit whose trials need replayable requests it is the end of the window', () => {
    const rig = rigOf('a', { jitter: 0 });
    rig.fail('a', 5);
    rig.pass(1000);
    rig.mustPick({ replayable: true }).ignore({ now: rig.now });
    assert.equal(rig.see('a').circuit, 'half-open');
    assert.equal(rig.pick(), undefined);
    assert.equal(rig.engine.nextChangeInMs(rig.now), 299_000);
    rig.pass(299_000);
    assert.ok(rig.mustPick().trial);
  });
});

describe('inspect and explain', () => {
  const says = (rig: Rig, id: string, pattern: RegExp): void => {
    assert.match(rig.see(id).reason, pattern);
    assert.match(rig.engine.explain(id, rig.now).join(' '), pattern);
  };

  test('give the reason for every way to be in or out', () => {
    const rig = rigOf('abcdefghij', { preset: 'serving', jitter: 0, prediction: 'off', ejectionCap: 1 });
    says(rig, 'a', /nothing is known of it yet/);
    rig.succeed('a', 30);
    says(rig, 'a', /sound/);
    rig.fail('b', 5);
    says(rig, 'b', /circuit open because it failed more often than its fleet \(last failure: server-error\)/);
    rig.fail('c', 2, 'reset');
    assert.equal(rig.see('c').health, 'degraded');
    says(rig, 'c', /failures were seen \(last failure: reset\)/);
    rig.engine.recordFailure('d', 'overload', { retryAfterMs: 5000 }, rig.now);
    says(rig, 'd', /paused for another 5s/);
    rig.engine.override('e', { mode: 'drain' }, rig.now);
    says(rig, 'e', /an operator set it to drain/);
    rig.engine.override('f', { circuit: 'open' }, rig.now);
    says(rig, 'f', /circuit forced open by an operator/);
    rig.check('g', false);
    rig.check('g', false);
    says(rig, 'g', /circuit open because of its checks \(last failure: check\)/);
    rig.check('g', true);
    rig.check('g', true);
    says(rig, 'g', /circuit half-open because of its checks/);
    assert.match(rig.engine.explain('g', rig.now).join(' '), /0 of 4 good trials/);
    rig.check('h', true);
    assert.equal(rig.see('h').health, 'healthy');
    rig.pass(1000);
    rig.mustPick({ replayable: true, exclude: ['g'] });
    says(rig, 'b', /a request that can be sent again may try it early/);
    assert.match(rig.engine.explain('b', rig.now).join(' '), /one is out.*The next change by time alone is in 30s/);
  });

  test('show slow start after a restore, with what is left of the suspicion', () => {
    const rig = rigOf('ab', { jitter: 0 });
    rig.fail('a', 5);
    rig.pass(300_000);
    for (let i = 0; i < 4; i++) {
      const trial = rig.mustPick({ exclude: ['b'] });
      assert.ok(trial.trial);
      trial.succeed({ latencyMs: 10, now: rig.now });
      assert.equal(rig.see('a').score, i < 3 ? (i + 1) / (i + 2) : 0.75);
    }
    says(rig, 'a', /slow start at 20 % of its share/);
    assert.match(rig.engine.explain('a', rig.now).join(' '), /Suspicion is 2.5 of 5 failures/);
    rig.pass(2000);
    says(rig, 'a', /40 %/);
  });

  test('show a score below the threshold on a circuit that is still closed', () => {
    const rig = rigOf('abcd', { healthThreshold: 0.7, circuitBreakThreshold: 50 });
    rig.fail('a', 3);
    says(rig, 'a', /score 0.6\d is below healthThreshold 0.7/);
    assert.deepEqual([rig.see('a').eligible, rig.see('a').health], [false, 'unhealthy']);
    assert.equal(rig.lastFact('ejected')?.type, 'ejected');
  });

  test('of all instances are one list, and the parked are in none', () => {
    const rig = rigOf('ab');
    rig.update([{ id: 'b', zone: 'z', weight: 3, priority: 2 }]);
    const { instances } = rig.engine.inspect(rig.now);
    assert.deepEqual(
      instances.map(({ id, zone, weight, priority }) => [id, zone, weight, priority]),
      [['b', 'z', 3, 2]],
    );
    assert.equal(
      rig.engine.explain(undefined, rig.now).every((sentence) => !sentence.startsWith('a ')),
      true,
    );
    assert.match(rig.engine.explain('a', rig.now)[0], /remembered until forgetAfter/);
    assert.deepEqual(
      rig.engine.reasons(rig.now).map(({ id }) => id),
      ['b'],
    );
  });
});
