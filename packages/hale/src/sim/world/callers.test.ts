// What callers do with an answer that is late, bad or missing: one request at a time, in front of a policy that takes the
// instances in order.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FaultScript } from '../../faults/index.ts';
import type { Log } from '../log.ts';
import type { MakePolicy } from '../policy.ts';
import type { Callers } from '../scenario.ts';
import { scenario } from '../scenarios/index.ts';
import { simulate } from '../simulate.ts';

/** What happened, in order: attempts, how each ended for its policy, and how the request ended for its caller. */
function story(
  atMs: readonly number[],
  script: FaultScript,
  callers: Partial<Callers> = {},
  refusesAfter = Infinity,
): string[] {
  const told: string[] = [];
  let picks = 0;
  const inOrder: MakePolicy = () => ({
    pick({ tried, replayable }) {
      if (++picks > refusesAfter) return undefined;
      const instance = tried.length;
      told.push(`pick ${instance}${replayable ? ' replayable' : ''}`);
      return {
        instance,
        ended: (ending, now) => told.push(`${instance} ${ending} at ${Math.round(now)}`),
        responded: (now) => told.push(`${instance} head at ${Math.round(now)}`),
      };
    },
  });
  const log: Log = {
    sent: (instance, now, isExtra) => told.push(`sent ${instance} at ${Math.round(now)}${isExtra ? ' again' : ''}`),
    headed: () => {},
    ended: (_, isGood, now) => told.push(`${isGood ? 'answered' : 'lost'} at ${Math.round(now)}`),
    ejected: () => {},
  };
  const one = scenario({
    name: 'one',
    doc: 'one request',
    lengthMs: 10_000,
    load: { kind: 'trace', atMs },
    fleet: { instances: 3, work: { kind: 'measured', samplesMs: [20] } },
    callers: { timeoutMs: 500, retryBudget: 1, ...callers },
    script,
  });
  simulate(one, inOrder, 1, log);
  return told;
}

const sick = (name: 'refuse' | 'blackhole'): FaultScript => [{ at: -1, until: 1e6, instance: '0', fault: { name } }];

describe('the callers', () => {
  test('repeat a failed attempt once, elsewhere', () => {
    assert.deepEqual(story([100], sick('refuse')), [
      'pick 0 replayable',
      'sent 0 at 100',
      '0 connect at 101',
      'pick 1',
      'sent 1 at 101 again',
      '1 good at 121',
      'answered at 121',
    ]);
  });

  test('wait for an answer no longer than their patience', () => {
    assert.deepEqual(story([100], sick('blackhole'), { retries: 0 }), [
      'pick 0',
      'sent 0 at 100',
      '0 timeout at 600',
      'lost at 600',
    ]);
  });

  test('do not repeat what may have been done: a POST that fell silent', () => {
    assert.deepEqual(story([100], sick('blackhole'), { method: 'POST' }).at(-1), 'lost at 600');
  });

  test('repeat a POST that never reached the instance', () => {
    assert.deepEqual(story([100], sick('refuse'), { method: 'POST' }).at(-1), 'answered at 121');
  });

  test('have a budget for repetitions', () => {
    const told = story([100, 200, 300, 400], sick('refuse'), { retryBudget: 0.5 });
    // Half a retry is deposited by each: the first has none, the second one, the third none, the fourth one.
    assert.deepEqual(
      told.filter((line) => /^(lost|answered)/.test(line)).map((line) => line.split(' ')[0]),
      ['lost', 'answered', 'lost', 'answered'],
    );
  });

  test('take a refusal of the policy for a lost request', () => {
    assert.deepEqual(story([100], [], {}, 0), ['lost at 100']);
  });

  test('send a second copy after a while, take the first good answer, and withdraw the other', () => {
    assert.deepEqual(story([100], sick('blackhole'), { hedgeAfterMs: 50 }), [
      'pick 0 replayable',
      'sent 0 at 100',
      'pick 1',
      'sent 1 at 150 again',
      '1 good at 170',
      '0 ignored at 170',
      'answered at 170',
    ]);
  });
});
