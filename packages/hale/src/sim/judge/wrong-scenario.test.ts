// A table of what programs may get wrong: everything is told at once, where it is.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CATALOGUE } from '../../faults/index.ts';
import { faultsOf } from './faults-fixture.test.ts';
import { judgeScenario } from './judge.ts';

const line = (fault: unknown): object => ({ at: 20_000, until: 50_000, instance: '0', fault });
const least = { name: 'mine', script: [] };

const WRONG: readonly (readonly [name: string, value: unknown, ...faults: string[]])[] = [
  ['nothing', undefined, 'scenario: an object; nothing'],
  ['a text', 'refuse', 'scenario: an object; "refuse"'],
  ['a list', [least], 'scenario: an object; a list of 1'],
  [
    'an empty object',
    {},
    "name: a name of at most 64 letters, digits, '.', '_' and '-'; nothing",
    'script: a list; nothing',
  ],
  [
    'a name with a line in it',
    { ...least, name: 'a\nb' },
    `name: a name of at most 64 letters, digits, '.', '_' and '-'; "a\\nb"`,
  ],
  [
    'a name that is a number',
    { ...least, name: 7 },
    "name: a name of at most 64 letters, digits, '.', '_' and '-'; 7 (quote it)",
  ],
  [
    'a doc that colours the terminal',
    { ...least, doc: '\x1b[31m' },
    'doc: one line of at most 400 characters; "\\u001b[31m"',
  ],
  ['a key of the file', { ...least, length: 5 }, 'length: a known key (did you mean lengthMs?); "length"'],
  [
    'a misspelt key',
    { ...least, callers: { retrys: 5 } },
    'callers.retrys: a known key (did you mean retries?); "retrys"',
  ],
  [
    'an unknown key',
    { ...least, watched: { instance: 0, failsAtMs: 0, colour: 5 } },
    'watched.colour: a known key (instance, failsAtMs, healsAtMs); "colour"',
  ],
  [
    'a duration as text',
    { ...least, lengthMs: '80s' },
    'lengthMs: a number of milliseconds from 1 to 604800000; "80s" (write 80000)',
  ],
  ['no length', { ...least, lengthMs: 0 }, 'lengthMs: a number of milliseconds from 1 to 604800000; 0'],
  [
    'more than a week',
    { ...least, lengthMs: 604_800_001 },
    'lengthMs: a number of milliseconds from 1 to 604800000; 604800001',
  ],
  ['no instance', { ...least, fleet: { instances: 0 } }, 'fleet.instances: a whole number from 1 to 10000; 0'],
  ['half an instance', { ...least, fleet: { instances: 1.5 } }, 'fleet.instances: a whole number from 1 to 10000; 1.5'],
  [
    'workers that are no number',
    { ...least, fleet: { workers: NaN } },
    'fleet.workers: a whole number from 1 to 10000; NaN',
  ],
  [
    'a queue without end',
    { ...least, fleet: { maxQueue: Infinity } },
    'fleet.maxQueue: a whole number from 0 to 1000000; Infinity',
  ],
  ['a fleet that is null', { ...least, fleet: null }, 'fleet: an object; null'],
  ['no speeds', { ...least, fleet: { speeds: [] } }, 'fleet.speeds: at least 1 entry; a list of 0'],
  [
    'more speeds than anybody needs',
    { ...least, fleet: { speeds: Array(10_001) } },
    'fleet.speeds: at most 10000 entries; a list of 10001',
  ],
  [
    'a list with a hole',
    { ...least, fleet: { weights: Array(1) } },
    'fleet.weights[0]: a number from 0.000001 to 1000000; nothing',
  ],
  [
    'work of another kind',
    { ...least, fleet: { work: { kind: 'normal' } } },
    'fleet.work.kind: lognormal or measured; "normal"',
  ],
  [
    'work that takes no time',
    { ...least, fleet: { work: { meanMs: 0 } } },
    'fleet.work.meanMs: a number of milliseconds above 0, at most 3600000; 0',
  ],
  [
    'a key of other work',
    { ...least, fleet: { work: { samplesMs: [1] } } },
    'fleet.work.samplesMs: a known key (kind, meanMs, sigma, streamMs); "samplesMs"',
  ],
  [
    'a load of a prototype’s kind',
    { ...least, load: { kind: 'constructor' } },
    'load.kind: one of steady, bursts, daily, trace; "constructor"',
  ],
  [
    'no load',
    { ...least, load: { kind: 'steady', perSecond: 0 } },
    'load.perSecond: a number above 0, at most 1000000; 0',
  ],
  [
    'a swing below nothing',
    { ...least, load: { kind: 'daily', perSecond: 1, swing: 1.1, periodMs: 1 } },
    'load.swing: a number from 0 to 1; 1.1',
  ],
  [
    'shares of callers that are more than all',
    {
      ...least,
      callers: {
        keys: [
          { key: 'a', share: 0.7 },
          { key: 'b', share: 0.4 },
          { key: 'a', share: 0 },
        ],
      },
    },
    'callers.keys: shares that are at most 1 together, which would be 1.1; a list of 3',
    'callers.keys[2].key: another name than that of keys[0]; "a"',
  ],
  [
    'bursts longer than their period',
    { ...least, load: { kind: 'bursts', perSecond: 0, peak: 1, everyMs: 5, burstMs: 6 } },
    'load.burstMs: at most the time from burst to burst, 5; 6',
  ],
  [
    'a trace that goes back',
    { ...least, load: { kind: 'trace', atMs: [1, 2, 2, 1.5, 3, 1] } },
    'load.atMs[3]: nothing before the entry above it, which is 2; 1.5',
  ],
  ['an empty trace', { ...least, load: { kind: 'trace', atMs: [] } }, 'load.atMs: at least 1 entry; a list of 0'],
  [
    'no patience',
    { ...least, callers: { timeoutMs: 0.5 } },
    'callers.timeoutMs: a number of milliseconds from 1 to 3600000; 0.5',
  ],
  ['retries without end', { ...least, callers: { retries: 11 } }, 'callers.retries: a whole number from 0 to 10; 11'],
  ['a budget in percent', { ...least, callers: { retryBudget: 20 } }, 'callers.retryBudget: a number from 0 to 1; 20'],
  [
    'a method in small letters',
    { ...least, callers: { method: 'get' } },
    'callers.method: GET or PUT or POST (did you mean GET?); "get"',
  ],
  [
    'a share that is negative',
    { ...least, callers: { poisonShare: -0.1 } },
    'callers.poisonShare: a number from 0 to 1; -0.1',
  ],
  ['no balancer', { ...least, balancers: 0 }, 'balancers: a whole number from 1 to 100; 0'],
  [
    'a clock that goes back',
    { ...least, clockSteps: [{ atMs: 1, byMs: -1 }] },
    'clockSteps[0].byMs: a number of milliseconds above 0, at most 604800000; -1',
  ],
  [
    'judging from the end on',
    { ...least, judgedFromMs: 80_000 },
    'judgedFromMs: judging from 80000 on to begin before the end, 80000; 80000',
  ],
  ['a script that is no list', { ...least, script: {} }, 'script: a list; an object'],
  ['a line that is none', { ...least, script: ['refuse'] }, 'script[0]: an object; "refuse"'],
  [
    'a line without anything',
    { ...least, script: [{}] },
    'script[0].at: a number of milliseconds from 0 to 604800000; nothing',
    "script[0].instance: the number of an instance, or '*' for all; nothing",
    'script[0].fault: an object; nothing',
  ],
  [
    'an end before the start',
    { ...least, script: [{ at: 5, until: 5, instance: '*', fault: { name: 'refuse' } }] },
    'script[0].until: a moment after it began, 5; 5',
  ],
  [
    'a fault after the end',
    { ...least, script: [{ at: 80_000, instance: '*', fault: { name: 'refuse' } }] },
    'script[0].at: a moment before the end, 80000; 80000',
  ],
  [
    'an instance that does not exist',
    { ...least, script: [{ at: 5, instance: 8, fault: { name: 'refuse' } }] },
    "script[0].instance: an instance from 0 to 7 or '*' for all; 8",
  ],
  [
    'an instance of another spelling',
    { ...least, script: [{ at: 5, instance: '07', fault: { name: 'refuse' } }] },
    `script[0].instance: the number of an instance, or '*' for all; "07"`,
  ],
  ['a fault without a name', { ...least, script: [line({})] }, `script[0].fault.name: ${namesOfFaults()}; nothing`],
  [
    'a misspelt fault',
    { ...least, script: [line({ name: 'refused' })] },
    `script[0].fault.name: ${namesOfFaults()} (did you mean refuse?); "refused"`,
  ],
  [
    'a factor of a fault that has none',
    { ...least, script: [line({ name: 'refuse', factor: 2 })] },
    'script[0].fault.factor: a known key (name); "factor"',
  ],
  [
    'a watched instance that does not exist',
    { ...least, watched: { instance: 8, failsAtMs: 1 } },
    'watched.instance: the watched one to be an instance from 0 to 7; 8',
  ],
  [
    'one that heals before it fails',
    { ...least, watched: { instance: 0, failsAtMs: 5, healsAtMs: 4 } },
    'watched.healsAtMs: a moment after it failed, 5; 4',
  ],
  [
    'one that fails after the end',
    { ...least, watched: { instance: 0, failsAtMs: 80_000 } },
    'watched.failsAtMs: the watched instance to fail before the end, 80000; 80000',
  ],
  [
    'more requests than can be simulated',
    { ...least, load: { kind: 'steady', perSecond: 1e6 }, lengthMs: 300_000 },
    'load: at most 50000000 requests in all, which would be 300000000; an object',
  ],
  [
    'more checks than can be simulated',
    { ...least, checkEveryMs: 1, fleet: { instances: 10_000 } },
    'checkEveryMs: at most 50000000 checks in all, which would be 800000000; 1',
  ],
  [
    'connections that break without end',
    {
      ...least,
      fleet: { instances: 10_000 },
      script: [{ at: 0, instance: '*', fault: { name: 'resets', everyMs: 1 } }],
    },
    'script: at most 50000000 breaks of connections, which would be 800000000; a list of 1',
  ],
  [
    'a script that is too much for its fleet',
    {
      ...least,
      fleet: { instances: 10_000 },
      script: Array(101).fill({ at: 0, instance: '*', fault: { name: 'slow', factor: 2 } }),
    },
    'script: at most 1000000 faults of single instances, which would be 1010000; a list of 101',
  ],
];

describe('a scenario that is wrong', () => {
  for (const [name, value, ...faults] of WRONG)
    test(`by ${name} is refused where it is wrong`, () => {
      assert.deepEqual(faultsOf(value), faults);
      assert.equal(judgeScenario(value).scenario, undefined);
    });

  test('is told all at once', () => {
    const all = faultsOf({
      name: '',
      lengthMs: -1,
      fleet: { workers: 0 },
      load: { kind: 'x' },
      script: [line({ name: 'slow', factor: 0 })],
    });
    assert.deepEqual(
      all.map((fault) => fault.split(':')[0]),
      ['name', 'lengthMs', 'fleet.workers', 'load.kind', 'script[0].fault.factor'],
    );
  });

  test('throws nothing, whatever it is', () => {
    const keys = [
      'name',
      'script',
      'fleet',
      'load',
      'kind',
      'at',
      'until',
      'instance',
      'fault',
      'watched',
      'extends',
      '__proto__',
      'clockSteps',
      'callers',
    ];
    const anything = fc.anything({
      key: fc.oneof(fc.constantFrom(...keys), fc.string()),
      withBigInt: true,
      withNullPrototype: true,
    });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), anything), (value) => {
        const { scenario, faults } = judgeScenario(value);
        assert.notEqual(scenario === undefined, faults.length === 0);
      }),
    );
  });
});

function namesOfFaults(): string {
  return `one of ${Object.keys(CATALOGUE).join(', ')}`;
}
