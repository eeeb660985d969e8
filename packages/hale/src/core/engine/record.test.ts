// Records without a lease: what settles a trial, and what is counted.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { instancesOf, rigOf } from './engine-fixture.test.ts';
import type { Rig } from './engine-fixture.test.ts';

/** The circuit of `a` is half-open, and `selectInstance` has just granted its trial. */
function onTrial(options: Readonly<Record<string, unknown>>): Rig {
  const rig = rigOf('a', { jitter: 0, recoveryWindow: '10s', ...options });
  rig.fail('a', 20, 'connect');
  if (rig.see('a').circuit !== 'open') rig.engine.override('a', { circuit: 'open' }, rig.now);
  rig.engine.override('a', { circuit: 'auto' }, rig.now);
  rig.pass(10_001);
  assert.equal(rig.engine.select(instancesOf('a'), rig.now)?.id, 'a');
  assert.equal(rig.see('a').circuit, 'half-open');
  return rig;
}

const good = (rig: Rig): number => rig.see('a').evidence.goodTrials;

describe('a record settles the trial that selectInstance granted', () => {
  test('when it began a little before it, as a latency that was measured otherwise may say', () => {
    const rig = onTrial({});
    rig.engine.recordSuccess('a', { latencyMs: 12 }, rig.now);
    assert.equal(good(rig), 1);
  });

  test('but not in panic mode, where others were sent between the trip and the trial', () => {
    const rig = onTrial({ whenTooFewHealthy: 'panic' });
    rig.pass(5);
    rig.engine.recordSuccess('a', { latencyMs: 12 }, rig.now);
    assert.equal(good(rig), 0, 'a panic pick that began 7 ms before the trial');
    rig.engine.recordSuccess('a', { latencyMs: 6 }, rig.now);
    assert.equal(good(rig), 1, 'the trial, within the millisecond of rounding');
  });

  test('and not when its caller says that it began earlier', () => {
    const rig = onTrial({});
    const grantedAt = rig.now;
    rig.pass(5);
    rig.engine.recordFailure('a', 'reset', { startedAt: grantedAt - 2 }, rig.now);
    assert.equal(rig.see('a').circuit, 'half-open');
    rig.engine.recordFailure('a', 'reset', { startedAt: grantedAt }, rig.now);
    assert.equal(rig.see('a').circuit, 'open');
  });
});

test('a record of an overload is counted like every other outcome', () => {
  const rig = rigOf('a');
  rig.engine.recordFailure('a', 'overload', { retryAfterMs: 1000 }, rig.now);
  const counted = [...rig.store.values()].find(
    ({ name, labels }) => name === 'hale_requests_total' && labels['outcome'] === 'overload',
  );
  assert.equal(counted !== undefined && 'value' in counted && counted.value, 1);
});

describe('a check that answers `overload`', () => {
  test('pauses for as long as it asks, and counts nothing', () => {
    const rig = rigOf('ab', { jitter: 0 });
    for (let i = 0; i < 5; i++) {
      rig.engine.report('a', { kind: 'failure', cause: 'overload', retryAfterMs: 3000, source: 'check' }, rig.now);
    }
    const { circuit, score, evidence } = rig.see('a');
    assert.deepEqual([circuit, score, evidence.suspicion, evidence.run], ['closed', 1, 0, 0]);
    assert.equal(evidence.pausedForMs, 3000);
    assert.deepEqual(rig.told('a').slice(-1), ['paused']);
    const values = [...rig.store.values(), ...rig.engine.readings(rig.now, 10)];
    const counted = values.filter(
      (one) => ['hale_checks_total', 'hale_requests_total'].includes(one.name) && 'value' in one && one.value > 0,
    );
    assert.deepEqual(counted, []);
    rig.pass(3001);
    assert.ok(rig.see('a').eligible);
  });

  test('leaves a trial that is out where it is', () => {
    const rig = onTrial({});
    rig.engine.report('a', { kind: 'failure', cause: 'overload', retryAfterMs: 100, source: 'check' }, rig.now);
    rig.pass(50);
    rig.engine.recordSuccess('a', undefined, rig.now);
    assert.equal(good(rig), 1);
  });

  test('of an unknown instance is counted and ignored', () => {
    const rig = rigOf('a');
    rig.engine.report('nobody', { kind: 'failure', cause: 'overload', source: 'check' }, rig.now);
    assert.equal(rig.engine.inspect(rig.now).ignored.unknown, 1);
  });
});
