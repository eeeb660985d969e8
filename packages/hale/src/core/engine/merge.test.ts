// Evidence of others: bounded, weighted by trust, and one event where it is one event.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FailureCause } from '../model/index.ts';
import { rigOf } from './engine-fixture.test.ts';
import type { Rig } from './engine-fixture.test.ts';

const STRICT = { adaptiveThreshold: false, preset: 'serving', ejectionCap: 1 };

/** So many failures, 200 ms from one to the next, the last one now. */
function bad(many: number, cause: FailureCause = 'reset'): { ageMs: number; cause: FailureCause }[] {
  return Array.from({ length: many }, (_, i) => ({ ageMs: (many - 1 - i) * 200, cause }));
}

function merge(
  rig: Rig,
  id: string,
  evidence: { bad?: { ageMs: number; cause: FailureCause }[]; good?: number },
  trust = 1,
): void {
  rig.engine.merge({ id, bad: evidence.bad ?? [], good: evidence.good ?? 0 }, trust, rig.now);
}

describe('merge', () => {
  test('of T failures at full trust opens a circuit as T failures here do', () => {
    const rig = rigOf('ab', STRICT);
    merge(rig, 'a', { bad: bad(4) });
    assert.equal(rig.see('a').circuit, 'closed');
    merge(rig, 'a', { bad: bad(1) });
    // The last one of the first message was now, too: it is the same event.
    assert.equal(rig.see('a').circuit, 'closed');
    rig.pass(200);
    merge(rig, 'a', { bad: bad(1) });
    assert.equal(rig.see('a').circuit, 'open');
    assert.match(rig.see('a').reason, /last failure: reset/);
  });

  test('counts at its trust: a tenth opens after ten times as many', () => {
    const rig = rigOf('ab', STRICT);
    merge(rig, 'a', { bad: bad(5) }, 0.1);
    assert.ok(Math.abs(rig.see('a').evidence.suspicion - 0.5) < 1e-4);
    assert.ok(Math.abs(rig.see('a').evidence.bad - 0.5) < 0.05);
    for (const trust of [0, -1, NaN]) merge(rig, 'b', { bad: bad(50), good: 50 }, trust);
    assert.deepEqual([rig.see('b').evidence.suspicion, rig.see('b').evidence.all], [0, 0]);
    merge(rig, 'b', { bad: bad(2) }, 99);
    assert.ok(Math.abs(rig.see('b').evidence.suspicion - 2) < 1e-4, 'more than full trust is full trust');
  });

  test('of good outcomes takes suspicion away, and ends a run only without a bad one', () => {
    const rig = rigOf('ab', STRICT);
    rig.fail('a', 3);
    merge(rig, 'a', { good: 10, bad: [{ ageMs: 0, cause: 'reset' }] });
    assert.equal(rig.see('a').evidence.run >= 3, true);
    merge(rig, 'a', { good: 20 });
    assert.equal(rig.see('a').evidence.run, 0);
    assert.ok(rig.see('a').evidence.suspicion < 3);
    assert.equal(rig.see('a').evidence.latencyMs, null, 'no latency is merged');
  });

  test('takes at most 1000 of either kind from one message, and nonsense for nothing', () => {
    const rig = rigOf('ab', { ...STRICT, circuitBreakThreshold: 200, runFactor: 50 });
    merge(rig, 'a', { good: 1e9 });
    assert.ok(rig.see('a').evidence.all <= 1000);
    for (const good of [NaN, -5, Infinity, 0.9]) merge(rig, 'b', { good });
    assert.equal(rig.see('b').evidence.all, 0);
    merge(rig, 'b', { bad: Array.from({ length: 5000 }, () => ({ ageMs: -1, cause: 'reset' as const })) });
    assert.equal(rig.see('b').evidence.run, 1, 'all of one moment');
  });

  test('of what several saw in one moment, or of what was seen before the last failure here, is one event', () => {
    const rig = rigOf('ab', STRICT);
    rig.fail('a', 1);
    merge(rig, 'a', {
      bad: [
        { ageMs: 30, cause: 'reset' },
        { ageMs: 20, cause: 'reset' },
        { ageMs: 1e9, cause: 'reset' },
        { ageMs: NaN, cause: 'reset' },
      ],
    });
    assert.equal(rig.see('a').evidence.run, 1);
    rig.pass(150);
    merge(rig, 'a', { bad: [{ ageMs: 0, cause: 'reset' }] });
    assert.equal(rig.see('a').evidence.run, 2);
  });

  test('moves no circuit that is not closed, no level, no trust, and nobody unknown', () => {
    const rig = rigOf('ab', { ...STRICT, jitter: 0 });
    rig.fail('a', 20, 'connect');
    rig.pass(10_000);
    rig.mustPick({ exclude: ['b'] }).ignore({ now: rig.now });
    const before = rig.see('a');
    merge(rig, 'a', { bad: bad(50), good: 500 });
    assert.deepEqual(rig.see('a'), before);
    merge(rig, 'zzz', { good: 1 });
    rig.update([{ id: 'a' }]);
    merge(rig, 'b', { good: 1 });
    assert.equal(rig.engine.inspect(rig.now).ignored.unknown, 2);
  });

  test('of refused connections is certain at full trust only: the cap holds for the rest', () => {
    for (const [trust, circuit] of [
      [1, 'open'],
      [0.9, 'closed'],
    ] as const) {
      const rig = rigOf('ab', { ...STRICT, ejectionCap: 0, whenTooFewHealthy: 'refuse' });
      for (let i = 0; i < 8; i++) {
        merge(rig, 'a', { bad: bad(1, 'connect') }, trust);
        rig.pass(200);
      }
      assert.equal(rig.see('a').circuit, circuit);
    }
  });
});
