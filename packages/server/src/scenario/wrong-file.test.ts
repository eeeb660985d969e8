// A table of scenarios that are wrong: every fault, with its exact line and column. `least` is what a scenario needs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOf } from './faults-fixture.test.ts';

const least = 'name: a\nscript: []\n';
const CASES: readonly (readonly [name: string, text: string, ...faults: string[]])[] = [
  // The text
  ['nothing at all', '', '1:1 document: expected a mapping, received nothing'],
  ['a word', 'brownout\n', '1:1 document: expected a mapping, received "brownout"'],
  ['a list of scenarios', '- name: a\n', '1:1 document: expected a mapping, received a list of 1'],
  [
    'no YAML',
    'name: a\nscript: [\n',
    '3:1 document: expected valid YAML, received this: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  ['a key twice', `${least}name: b\n`, '3:1 name: expected a key that is given once, received the key again'],
  ['a prototype', `${least}__proto__: { length: 5s }\n`, '3:1 document: expected another key, received __proto__'],
  [
    'an asterisk without quotes',
    'name: a\nscript:\n  - { at: 5s, instance: *, fault: { name: refuse } }\n',
    "3:25 document: expected a name after *, or quotes as in '*', received a bare *",
  ],
  [
    'a cycle',
    `name: a\nscript: &s\n  - *s\n`,
    '3:5 script[0]: expected an alias that does not contain itself, received *s',
  ],
  [
    'a variable that is not set',
    `${least}length: \${LENGTH}\n`,
    "3:9 length: expected the environment variable LENGTH to be set, or a default as in '${LENGTH:-default}', received nothing",
  ],
  // Durations
  [
    'a length without a unit',
    `${least}length: 80\n`,
    "3:9 length: expected a duration from 1ms to 7d such as '30s', received 80 (write '80s' or '80ms')",
  ],
  [
    'a length beyond a week',
    `${least}length: 8d\n`,
    `3:9 length: expected a duration from 1ms to 7d such as '30s', received "8d"`,
  ],
  [
    'the name that programs use',
    `${least}lengthMs: 80s\n`,
    '3:1 lengthMs: expected a known key (did you mean length?), received "lengthMs"',
  ],
  [
    'a fault’s duration without a unit, and a misspelt key beside it',
    'name: a\nscript:\n  - at: 5s\n    instance: 0\n    fault: { name: cold, facter: 2, warm: 10 }\n',
    '5:5 script[0].fault.factor: expected a number above 0, at most 10000, received nothing',
    '5:26 script[0].fault.facter: expected a known key (did you mean factor?), received "facter"',
    "5:43 script[0].fault.warm: expected a duration from 0 to 7d such as '30s', received 10 (write '10s' or '10ms')",
  ],
  // What is missing stands where it should be
  [
    'nothing but a fleet',
    'fleet: { instances: 3 }\n',
    "1:1 name: expected a name of at most 64 letters, digits, '.', '_' and '-', received nothing",
    '1:1 script: expected a list, received nothing',
  ],
  [
    'a load of another kind without its keys',
    `${least}load: { kind: bursts, perSecond: 5 }\n`,
    '3:1 load.peak: expected a number above 0, at most 1000000, received nothing',
    "3:1 load.every: expected a duration from 1ms to 7d such as '30s', received nothing",
    "3:1 load.burst: expected a duration from 1ms to 7d such as '30s', received nothing",
  ],
  ['a fleet without content', `${least}fleet:\n`, '3:7 fleet: expected a mapping, received nothing'],
  // Kinds and ranges
  [
    'a number in quotes',
    `${least}fleet: { instances: "8" }\n`,
    '3:21 fleet.instances: expected a whole number from 1 to 10000, received "8"',
  ],
  [
    'an endless queue',
    `${least}fleet: { maxQueue: .inf }\n`,
    '3:20 fleet.maxQueue: expected a whole number from 0 to 1000000, received Infinity',
  ],
  [
    'samples without a unit',
    `${least}fleet:\n  work:\n    kind: measured\n    samples: [12ms, 15]\n`,
    "6:21 fleet.work.samples[1]: expected a duration from 0 to 1h such as '30s', received 15 (write '15s' or '15ms')",
  ],
  [
    'a trace that goes back',
    `${least}load:\n  kind: trace\n  at: [1s, 1500ms, 1s]\n`,
    '5:20 load.at[2]: expected nothing before the entry above it, which is 1.5s, received "1s"',
  ],
  // Between keys
  [
    'an end before the start',
    'name: a\nscript:\n  - { at: 5s, until: 4s, instance: 0, fault: { name: refuse } }\n',
    '3:22 script[0].until: expected a moment after it began, 5s, received "4s"',
  ],
  [
    'an instance that does not exist',
    'name: a\nfleet: { instances: 2 }\nscript:\n  - { at: 5s, instance: 2, fault: { name: refuse } }\n',
    "4:25 script[0].instance: expected an instance from 0 to 1 or '*' for all, received 2",
  ],
  [
    'a watched instance that heals after the end',
    `${least}length: 30s\nwatched: { instance: 0, failsAt: 10s, healsAt: 40s }\n`,
    '4:48 watched.healsAt: expected the watched instance to heal by the end, 30s, received "40s"',
  ],
  [
    'more requests than can be simulated',
    `${least}length: 7d\nload: { perSecond: 100 }\n`,
    '4:7 load: expected at most 50000000 requests in all, which would be 60480000, received a mapping',
  ],
  // extends
  [
    'a misspelt scenario to start from',
    'name: a\nextends: brown-out\n',
    '2:10 extends: expected a known name (did you mean brownout?), received "brown-out"',
  ],
  [
    'a length that does not suit the scenario it starts from',
    'name: a\nextends: brownout\nlength: 30s\n',
    '3:9 length: expected the watched instance to heal by the end, 30s, received "30s"',
  ],
];

for (const [name, text, ...faults] of CASES)
  test(`a scenario with ${name} is refused where it is wrong`, () => {
    assert.deepEqual(faultsOf(text), faults);
  });

test('a misspelt fault is told which was meant', () => {
  const [fault] = faultsOf('name: a\nscript:\n  - { at: 5s, instance: 0, fault: { name: sinkole } }\n');
  assert.match(
    fault,
    /^3:43 script\[0\]\.fault\.name: expected one of refuse, .* \(did you mean sinkhole\?\), received "sinkole"$/,
  );
});
