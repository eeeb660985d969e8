import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fault } from './errors.ts';
import type { PresetName } from './knob.ts';
import { defaultOf, PRESETS } from './knob.ts';
import { KNOBS } from './knobs.ts';
import type { Settings } from './settings.ts';
import { KNOB_GROUPS, resolveSettings } from './settings.ts';

const resolve = (input: object, base?: Settings): { settings: Settings; faults: Fault[] } => {
  const faults: Fault[] = [];
  return { settings: resolveSettings(input as Record<string, unknown>, faults, base), faults };
};
const paths = (input: object): string[] => resolve(input).faults.map((fault) => fault.path);
const valueOf = (settings: Settings, key: string): unknown =>
  key.split('.').reduce<unknown>((tree, part) => (tree as Record<string, unknown>)[part], settings);
const nested = (key: string, value: unknown): object =>
  key.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as object;

test('nothing given is the preset', () => {
  for (const preset of PRESETS) {
    const { settings, faults } = resolve({ preset });
    assert.deepEqual(faults, []);
    for (const knob of KNOBS)
      assert.equal(valueOf(settings, knob.key), defaultOf(knob, preset), `${preset} ${knob.key}`);
  }
  assert.deepEqual(resolve({}).settings, resolve({ preset: 'specification' }).settings);
});

test('a value given as undefined is a value not given', () => {
  const input = Object.fromEntries(KNOBS.filter(({ key }) => !key.includes('.')).map(({ key }) => [key, undefined]));
  assert.deepEqual(resolve(input), resolve({}));
});

test('a service inherits what its balancer was given, and a preset of its own begins anew', () => {
  const base = resolve({ preset: 'serving', ejectionCap: 0.3, check: { fall: 4 } }).settings;
  const child = resolve({ check: { rise: 3 } }, base).settings;
  assert.deepEqual(
    [child.preset, child.ejectionCap, child.check.fall, child.check.rise, child.recoveryWindow],
    ['serving', 0.3, 4, 3, 10_000],
  );
  const fresh = resolve({ preset: 'providers' }, base).settings;
  assert.deepEqual([fresh.preset, fresh.ejectionCap, fresh.check.fall, fresh.check.when], ['providers', 0.5, 2, 'out']);
});

test('resolving changes neither the input nor the base', () => {
  const base = resolve({}).settings;
  const input = Object.freeze({ check: Object.freeze({ fall: 3 }), retries: Object.freeze({ max: 2 }) });
  const before = structuredClone(base);
  resolve(input, base);
  assert.deepEqual(base, before);
});

test('durations are text with a unit, or milliseconds from 1000', () => {
  assert.equal(resolve({ recoveryWindow: '10s' }).settings.recoveryWindow, 10_000);
  assert.equal(resolve({ recoveryWindow: 10_000 }).settings.recoveryWindow, 10_000);
  assert.equal(resolve({ recoveryWindow: '300ms' }).settings.recoveryWindow, 300);
  assert.deepEqual(resolve({ slowStart: 0 }).faults, [], '0 has no unit');
});

test('a bare number below 1000 is refused for every window, and the question is asked', () => {
  for (const knob of KNOBS.filter(({ window }) => window)) {
    const { settings, faults } = resolve(nested(knob.key, 300));
    assert.deepEqual(
      faults.map(({ path }) => path),
      [knob.key],
    );
    assert.match(faults[0].received, /did you mean '300s'\? write '300ms' if not/);
    assert.equal(valueOf(settings, knob.key), defaultOf(knob, 'specification'));
  }
});

test('every knob refuses every wrong value, by its path, and keeps its default', () => {
  const wrong: readonly unknown[] = [
    NaN,
    Infinity,
    -Infinity,
    -1,
    '',
    ' ',
    'x',
    '-1s',
    '1e3s',
    [],
    [5],
    {},
    null,
    5n,
    Symbol('x'),
    () => 5,
    '__proto__',
    1e300,
    new Date(0),
    Object(5),
  ];
  for (const knob of KNOBS) {
    for (const value of wrong) {
      const { settings, faults } = resolve(nested(knob.key, value));
      assert.deepEqual(
        faults.map(({ path }) => path),
        [knob.key],
        `${knob.key} = ${typeof value} ${faults.map(({ path }) => path).join()}`,
      );
      assert.equal(valueOf(settings, knob.key), defaultOf(knob, 'specification'));
    }
    const { faults } = resolve(nested(knob.key, knob.kind === 'boolean' ? 1 : true));
    assert.deepEqual(
      faults.map(({ path }) => path),
      [knob.key],
    );
  }
});

test('numbers as text, and fractions of what is counted, are refused', () => {
  for (const knob of KNOBS) {
    if (knob.kind === 'count' || knob.kind === 'number' || knob.kind === 'ratio')
      assert.deepEqual(paths(nested(knob.key, '1')), [knob.key]);
    if (knob.kind === 'count') assert.deepEqual(paths(nested(knob.key, knob.min + 0.5)), [knob.key]);
  }
});

test('a group must be an object, and has no other keys', () => {
  for (const group of KNOB_GROUPS) {
    for (const value of [null, 5, 'x', true, [], [{}]]) assert.deepEqual(paths({ [group]: value }), [group]);
    assert.deepEqual(paths({ [group]: { typo: 1, another: 2 } }), [`${group}.typo`, `${group}.another`]);
    assert.deepEqual(paths({ [group]: {} }), []);
  }
});

test('a check may be a function, or carry one beside its knobs', () => {
  assert.deepEqual(paths({ check: () => true }), []);
  assert.deepEqual(paths({ check: { run: () => true, fall: 3 } }), []);
  for (const group of ['limits', 'retries', 'rules']) assert.deepEqual(paths({ [group]: () => true }), [group]);
});

test('an unknown preset is reported and the default one stands in', () => {
  for (const preset of ['', 'Serving', 'toString', '__proto__', 5, null, [], {}]) {
    const { settings, faults } = resolve({ preset });
    assert.deepEqual(
      faults.map(({ path }) => path),
      ['preset'],
    );
    assert.equal(settings.preset, 'specification');
  }
});

test('all faults are reported at once', () => {
  const input = {
    preset: 'x',
    recoveryWindow: 300,
    healthThreshold: 2,
    check: { fall: 0, typo: 1 },
    limits: 5,
    rules: { run: 'maybe' },
  };
  assert.deepEqual(paths(input).sort(), [
    'check.fall',
    'check.typo',
    'healthThreshold',
    'limits',
    'preset',
    'recoveryWindow',
    'rules.run',
  ]);
});

test('recovering below the health threshold makes no sense and is refused', () => {
  assert.deepEqual(paths({ healthThreshold: 0.9 }), ['recoveryThreshold']);
  assert.deepEqual(paths({ healthThreshold: 0.9, recoveryThreshold: 0.9 }), []);
});

test('__proto__ in the input pollutes nothing and sets nothing', () => {
  for (const text of [
    '{"__proto__":{"recoveryWindow":"1s","polluted":1}}',
    '{"check":{"__proto__":{"fall":9,"polluted":1}}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
  ]) {
    const { settings } = resolve(JSON.parse(text) as object);
    assert.deepEqual(settings, resolve({}).settings);
    assert.equal(({} as { polluted?: number }).polluted, undefined);
  }
  const inherited = Object.create({ recoveryWindow: '1s' }) as object;
  assert.equal(resolve(inherited).settings.recoveryWindow, 300_000);
});

test('whatever is given, the settings are complete and within their ranges, and the same input gives the same', () => {
  const value = fc.oneof(
    fc.anything(),
    fc.double(),
    fc.constantFrom('10s', '300ms', 'panic', 'observe', true, 0, 1, 5000),
  );
  const keys = KNOBS.map(({ key }) => key);
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...keys, ...KNOB_GROUPS), value),
      fc.constantFrom<PresetName>(...PRESETS),
      (given, preset) => {
        const input: Record<string, unknown> = { preset };
        for (const [key, item] of Object.entries(given)) {
          const [head, tail] = key.split('.') as [string, string?];
          if (tail === undefined) input[head] = item;
          else if (typeof input[head] !== 'object' || input[head] === null) input[head] = { [tail]: item };
          else (input[head] as Record<string, unknown>)[tail] = item;
        }
        const { settings, faults } = resolve(input);
        for (const knob of KNOBS) {
          const resolved = valueOf(settings, knob.key);
          if (knob.kind === 'boolean') assert.equal(typeof resolved, 'boolean');
          else if (knob.kind === 'choice') assert.ok(knob.choices?.includes(resolved as string));
          else assert.ok(typeof resolved === 'number' && resolved >= knob.min && resolved <= knob.max, knob.key);
        }
        for (const { received } of faults) assert.ok(received.length <= 160);
        assert.deepEqual(resolve(input), { settings, faults });
      },
    ),
    { numRuns: 300 },
  );
});
