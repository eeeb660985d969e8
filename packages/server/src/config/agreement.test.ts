// One table of bad input for every knob; the library and the file must judge it alike, and so must `hale/checks` and the
// file where both know an option of a check.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KNOBS, compileClassify, resolveSettings } from 'hale/engine';
import type { Fault, Knob } from 'hale/engine';
import { checkFromConfig } from 'hale/checks';
import { KNOBS_WITHOUT_KEY, pathOfKnob } from './health-schema.ts';
import { judge } from './judge.ts';

/** Values of every kind, right for some knob and wrong for most. Undefined is no value: a knob left out is right. */
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  '',
  ' ',
  'true',
  '1',
  'x',
  'off',
  'observe',
  'constructor',
  '__proto__',
  [],
  [1],
  {},
  { a: 1 },
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -1,
  -0.5,
  0,
  0.5,
  1,
  1.5,
  2,
  1e9,
  1e300,
  Number.MAX_SAFE_INTEGER,
  '0s',
  '1ms',
  '0.5s',
  '30s',
  '5m',
  '4d',
  '5d',
  '1y',
  '30 s',
  '-1s',
  '1e3s',
  '99999999999999999999s',
  Symbol('s'),
  10n,
  () => 1,
];

/** The edges of one knob, and what lies just beyond. */
function edges({ kind, min, max, choices }: Knob): unknown[] {
  if (kind === 'choice') return [...(choices ?? [])];
  if (kind === 'duration') return [`${min}ms`, `${max}ms`, `${max + 1}ms`, ...(min > 0 ? [`${min - 1}ms`] : [])];
  return [min, max, min - 1, max + 1, min + 0.001, max - 0.001];
}

/** `check.rise` -> `{ check: { rise: value } }`. */
function nest(path: readonly string[], value: unknown): Record<string, unknown> {
  return path.reduceRight((inner: unknown, key) => ({ [key]: inner }), value) as Record<string, unknown>;
}

function libraryFaults(knob: Knob, value: unknown): Fault[] {
  const faults: Fault[] = [];
  resolveSettings({ preset: 'serving', ...nest(knob.key.split('.'), value) }, faults);
  return faults;
}

function fileFaults(knob: Knob, value: unknown): readonly { path: readonly (string | number)[]; expected: string }[] {
  const health = { check: {}, ...(nest(pathOfKnob(knob.key), value)['health'] as object | undefined) };
  const judgement = judge({
    services: { api: { instances: [{ url: 'http://a' }], ...nest(pathOfKnob(knob.key), value), health } },
  });
  return 'findings' in judgement ? judgement.findings : [];
}

for (const knob of KNOBS.filter(({ key }) => !KNOBS_WITHOUT_KEY.has(key))) {
  test(`the library and the file agree on ${knob.key}`, () => {
    for (const value of [...VALUES, ...edges(knob)]) {
      // The one difference that is meant: a duration in a file needs its unit.
      const isBareDuration = knob.kind === 'duration' && typeof value === 'number' && value !== 0;
      const library = libraryFaults(knob, value);
      const file = fileFaults(knob, value);
      const isRefused = isBareDuration || library.length > 0;
      assert.equal(file.length > 0, isRefused, `${knob.key}: ${String(value)}: ${JSON.stringify(file)}`);
      if (!isRefused || isBareDuration) continue;
      assert.equal(file[0]?.path.slice(2).join('.'), pathOfKnob(library[0]?.path ?? '').join('.'));
      assert.ok(
        library[0]?.expected.startsWith(file[0]?.expected ?? ' ') || knob.kind === 'choice',
        `${library[0]?.expected} / ${file[0]?.expected}`,
      );
    }
  });
}

test('every knob has a place in the file, or a reason to have none', () => {
  for (const key of KNOBS_WITHOUT_KEY) assert.ok(KNOBS.some((knob) => knob.key === key));
  for (const { key } of KNOBS) {
    const judgement = judge({
      services: { api: { instances: [{ url: 'http://a' }], ...nest(pathOfKnob(key), Symbol('wrong')) } },
    });
    const findings = 'findings' in judgement ? judgement.findings : [];
    assert.equal(
      findings.some(({ expected }) => expected.startsWith('a known key')),
      KNOBS_WITHOUT_KEY.has(key),
      key,
    );
  }
});

test('what the file takes for a check, hale/checks takes too', () => {
  const values: Record<string, readonly unknown[]> = {
    path: ['/', '/a?b', '/é', '/a b', '/a#b', 'a', '', 1, null, `/${'a'.repeat(4096)}`],
    method: ['GET', 'HEAD', 'get', 'CONNECT', 'TRACE', '', 'A B', 1],
    headers: [
      {},
      { a: 'b' },
      { 'a b': 'c' },
      { host: 'x' },
      { connection: 'x' },
      { a: 'b\nc' },
      { a: '\u0085' },
      { a: 'é' },
      { a: '☃' },
      { a: 1 },
      [],
      null,
      Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`h${index}`, 'x'])),
    ],
    host: ['a', 'a:80', '[::1]:80', 'a b', '', 'a/b', 1],
    expect: [200, '200', '200-299', '200,204', '299-200', '100', '600', '', 'ok', 20, null],
    body: ['ok', '', 'x'.repeat(4097), 1, null],
    port: [1, 65_535, 0, 65_536, 1.5, '80', null],
  };
  for (const [key, list] of Object.entries(values)) {
    for (const value of list) {
      const judgement = judge({
        services: { api: { instances: [{ url: 'http://a' }], health: { check: { type: 'http', [key]: value } } } },
      });
      if ('config' in judgement)
        assert.doesNotThrow(() => checkFromConfig({ type: 'http', [key]: value }), `${key}: ${String(value)}`);
    }
  }
});

test('the library and the file agree on rules of what counts as a failure', () => {
  const rules: readonly unknown[] = [
    { status: 404, as: 'other' },
    { status: ['500-599', 404], as: 'ignored' },
    { cause: 'timeout', as: 'success' },
    { header: { name: 'x', matches: '*' }, as: 'overload' },
    { status: 99, as: 'other' },
    { status: [], as: 'other' },
    { status: 404, as: 'fine' },
    { header: { name: 'a b', matches: 'x' }, as: 'other' },
    { header: { name: 'x', matches: '*'.repeat(11) }, as: 'other' },
    { header: 1, as: 'other' },
    { as: 'other' },
    { status: 404, 'a.b[0]': 1, as: 'other' },
    { status: 404, ['__proto__']: 1, as: 'other' },
    ...VALUES,
  ];
  for (const value of [[], {}, 1, null, ...rules.map((rule) => [rule])]) {
    const faults: Fault[] = [];
    compileClassify(value, faults);
    const judgement = judge({
      services: { api: { instances: [{ url: 'http://a' }], health: { classify: value } } },
    });
    const places = 'findings' in judgement ? judgement.findings.map(({ path }) => path.slice(3)) : [];
    assert.deepEqual(
      places.map(([, index, key]) => [index, key]),
      faults.map(({ path }) => {
        const [, index, key] = /^classify(?:\[(\d+)\](?:\.(.*))?)?$/.exec(path) ?? [];
        return [index === undefined ? undefined : Number(index), key];
      }),
    );
  }
});
