// Files made to hurt: each ends in a fault, soon, with a bounded amount of memory.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatFault } from './fault.ts';
import { loadConfig } from './load.ts';

function faultsOf(text: string): string[] {
  return loadConfig(text, { file: 'f', env: {} }).faults.map(formatFault);
}

test('a file above 4 MiB is refused before it is parsed', () => {
  assert.deepEqual(faultsOf(`# ${'x'.repeat(4_194_304)}`), ['f:1:1 document: expected at most 4 MiB, received more']);
});

test('its size is counted in bytes', () => {
  assert.deepEqual(faultsOf(`# ${'é'.repeat(2_097_152)}`), ['f:1:1 document: expected at most 4 MiB, received more']);
});

test('a flood of aliases is refused once', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 12; level++)
    lines.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  const floods = faultsOf(lines.join('\n')).filter((fault) => fault.includes('repeat at most 100000'));
  assert.equal(floods.length, 1);
});

test('aliases of aliases that come back to themselves are refused', () => {
  assert.ok(faultsOf('a: &a { b: &b [*a] }').some((fault) => fault.includes('does not contain itself')));
});

test('depth is refused, whether a little or a lot', () => {
  for (const depth of [40, 3000, 20_000]) {
    for (const [open, close] of [
      ['[', ']'],
      ['{a: ', '}'],
      ['- ', ''],
    ] as const) {
      const faults = faultsOf(`${open === '- ' ? '' : 'zone: '}${open.repeat(depth)}x${close.repeat(depth)}`);
      assert.ok(
        faults.some((fault) => fault.endsWith('expected at most 32 levels, received more')),
        `${open} ${depth}: ${faults[0]}`,
      );
    }
  }
});

test('many keys cost no more each than few', () => {
  const text = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n');
  assert.equal(faultsOf(text).length, 20_001);
});

test('more instances than the bound are one fault', () => {
  const text = `services: { a: { instances: [${'{},'.repeat(100_001)}] } }`;
  assert.deepEqual(
    faultsOf(text).filter((fault) => fault.includes('entries')),
    ['f:1:29 services.a.instances: expected at most 100000 entries, received a list of 100001'],
  );
});

test('a value that is long is cut short in its fault', () => {
  const [fault] = faultsOf(`zone: ${'z'.repeat(100_000)}\nservices: { a: { instances: [{ url: http://a }] } }`);
  assert.ok(fault && fault.length < 250, fault);
});

test('odd characters end in a fault or in a configuration, never in an exception', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(
      'services:',
      ' ',
      '\n',
      '\n  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      ':',
      '&a ',
      '*a',
      '${A}',
      '${',
      '|',
      '>',
      '"',
      "'",
      '#',
      '!!str ',
      '<<: ',
      '---\n',
      '__proto__: ',
      'instances: ',
      'url: http://a',
      '%YAML 1.2\n',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const loaded = loadConfig(pieces.join(''), { file: 'f', env: { A: 'a' } });
      assert.ok(loaded.config !== undefined || loaded.faults.length > 0);
      for (const { line, column } of loaded.faults) assert.ok(line >= 1 && column >= 1);
    }),
    { numRuns: 500 },
  );
});
