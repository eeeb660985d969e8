// Files made to hurt: each ends in a fault, soon.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { faultsOf } from './faults-fixture.test.ts';
import { loadScenario } from './load.ts';

const line = '{ at: 0, instance: "*", fault: { name: refuse } }';

test('a file above 1 MiB is refused before it is parsed', () => {
  assert.deepEqual(faultsOf(`# ${'é'.repeat(524_288)}`), ['1:1 document: expected at most 1 MiB, received more']);
});

test('a flood of aliases is refused once, though each list is short', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 12; level++)
    lines.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  assert.equal(faultsOf(lines.join('\n')).filter((fault) => fault.includes('repeat at most 100000')).length, 1);
});

test('a script that aliases make long is refused by its length alone', () => {
  const text = `name: a\nscript: [&l ${line}${', *l'.repeat(10_000)}]\n`;
  assert.deepEqual(faultsOf(text), ['2:9 script: expected at most 10000 entries, received a list of 10001']);
});

test('depth is refused', () => {
  for (const depth of [40, 20_000])
    assert.ok(
      faultsOf(`script: ${'['.repeat(depth)}${']'.repeat(depth)}`).some((fault) => fault.includes('at most 32 levels')),
    );
});

test('keys of a prototype are no values', () => {
  for (const key of ['constructor', 'toString', 'hasOwnProperty', 'valueOf'])
    for (const text of [
      `${key}: 5`,
      `load: { kind: ${key} }`,
      `extends: ${key}`,
      `script: [{ fault: { name: ${key} } }]`,
    ])
      assert.ok(faultsOf(`name: a\n${text}`).length > 0, text);
  assert.deepEqual(faultsOf('name: a\nscript: []\nfleet: { constructor: 5 }'), [
    '3:10 fleet.constructor: expected a known key (instances, workers, maxQueue, work, speeds, priorities, weights), received "constructor"',
  ]);
});

test('odd characters end in a fault or in a scenario, never in an exception', () => {
  const words = [
    'name: a\n',
    'script: ',
    '[',
    ']',
    '{',
    '}',
    ', ',
    '\n',
    '  ',
    '- ',
    'at: 5s',
    'instance: 0',
    line,
    '*a',
    '&a ',
    '"',
    'fault: ',
    'name: slow',
    'extends: quiet\n',
    '__proto__: ',
    'load: ',
    'kind: trace',
    'watched: ',
  ];
  const piece = fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom(...words));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const { scenario, faults } = loadScenario(pieces.join(''), { file: 's', env: {} });
      assert.notEqual(scenario === undefined, faults.length === 0);
      for (const place of faults) assert.ok(place.line >= 1 && place.column >= 1);
    }),
    { numRuns: 300 },
  );
});
