// What a program hands in and what becomes of it: of what is right a complete copy.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SCENARIOS, scenario as ordinary, validation } from '../scenarios/index.ts';
import { faultsOf } from './faults-fixture.test.ts';
import { judgeScenario } from './judge.ts';

const least = { name: 'mine', script: [] };

describe('a scenario that is right', () => {
  test('is every one of ours, unchanged', () => {
    for (const own of SCENARIOS) {
      assert.deepEqual(judgeScenario(own), { scenario: own, faults: [] }, own.name);
      const other = validation(own);
      assert.deepEqual(judgeScenario(other), { scenario: other, faults: [] }, own.name);
    }
  });

  test('needs no more than a name and a script', () => {
    assert.deepEqual(judgeScenario(least).scenario, ordinary({ name: 'mine', doc: '', script: [] }));
  });

  test('may give single keys of the fleet, the work, the load and the callers', () => {
    const value = {
      ...least,
      fleet: { instances: 3, work: { sigma: 0 } },
      load: { perSecond: 7 },
      callers: { retries: 0 },
    };
    assert.deepEqual(
      judgeScenario(value).scenario,
      ordinary({
        name: 'mine',
        doc: '',
        fleet: { instances: 3, work: { kind: 'lognormal', meanMs: 20, sigma: 0 } },
        load: { kind: 'steady', perSecond: 7 },
        callers: { retries: 0 },
      }),
    );
  });

  test('is copied, so that its writer may change the original', () => {
    const script = [{ at: 0, until: 1, instance: 0, fault: { name: 'refuse' } }];
    const { scenario } = judgeScenario({ name: 'mine', script });
    script[0].at = 99;
    script.length = 0;
    assert.deepEqual(scenario?.script, [{ at: 0, until: 1, instance: '0', fault: { name: 'refuse' } }]);
  });

  test('may leave out when a fault is over', () => {
    const { scenario } = judgeScenario({ name: 'mine', script: [{ at: 5, instance: '*', fault: { name: 'refuse' } }] });
    assert.equal(scenario?.script[0].until, Infinity);
  });

  test('takes no key from a prototype', () => {
    const value: object = Object.assign(Object.create({ lengthMs: 5, bad: 1 }) as object, least);
    assert.equal(judgeScenario(value).scenario?.lengthMs, 80_000);
  });
});

describe('a scenario that extends one of ours', () => {
  const brownout = SCENARIOS.find(({ name }) => name === 'brownout')!;

  test('is that one but for what it changes', () => {
    assert.deepEqual(judgeScenario({ extends: 'brownout', name: 'calm', load: { perSecond: 40 } }).scenario, {
      ...brownout,
      name: 'calm',
      doc: 'as brownout, but for what was changed',
      load: { kind: 'steady', perSecond: 40 },
    });
  });

  test('gives up what speaks of the script when it has another', () => {
    const { scenario } = judgeScenario({ extends: 'fleet60', name: 'mine', script: [], callers: { retries: 3 } });
    assert.equal(scenario?.judgedFromMs, 0);
    assert.equal(scenario.callers.retries, 3);
    assert.equal('watched' in judgeScenario({ extends: 'brownout', name: 'mine', script: [] }).scenario!, false);
  });

  test('needs every key of a load of another kind', () => {
    assert.deepEqual(faultsOf({ extends: 'brownout', name: 'a', load: { kind: 'daily', swing: 0.5 } }), [
      'load.perSecond: a number above 0, at most 1000000; nothing',
      'load.periodMs: a number of milliseconds from 1 to 604800000; nothing',
    ]);
  });

  test('is told at the key that was changed when the rest no longer suits it', () => {
    assert.deepEqual(faultsOf({ extends: 'rolling-restart', name: 'a', fleet: { instances: 4 }, lengthMs: 15_000 }), [
      'lengthMs: more than 54000, when the last of its faults begins; 15000',
      'fleet.instances: at least 8, since the script is about instance 7; 4',
    ]);
    assert.deepEqual(faultsOf({ extends: 'brownout', name: 'a', lengthMs: 30_000 }), [
      'lengthMs: the watched instance to heal by the end, 30000; 30000',
    ]);
    assert.deepEqual(faultsOf({ extends: 'fleet60', name: 'a', lengthMs: 40_000 }), [
      'lengthMs: judging from 50000 on to begin before the end, 40000; 40000',
    ]);
  });

  test('is told a name that was misspelt, and nothing that follows from it', () => {
    assert.deepEqual(faultsOf({ extends: 'brownuot', name: 'a' }), [
      'extends: a known name (did you mean brownout?); "brownuot"',
    ]);
    assert.deepEqual(faultsOf({ extends: 7, name: 'a' }), ['extends: a known name; 7']);
  });
});
