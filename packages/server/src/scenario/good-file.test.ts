// Files that are right, and what becomes of them.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'node:test';
import type { Load, Scenario, Work } from 'hale/sim';
import { SCENARIOS, POLICIES, measure, scenario as ordinary } from 'hale/sim';
import { loadScenario } from './load.ts';
import { readScenario } from './read.ts';

const least = 'name: a\nscript: []\n';
const plain = ordinary({ name: 'a', doc: '' });

function load(text: string, env: Record<string, string> = {}): Scenario {
  const { scenario, faults } = loadScenario(text, { file: 's', env });
  assert.deepEqual(faults, []);
  return scenario!;
}

const LOADS: readonly (readonly [text: string, load: Load])[] = [
  ['{ kind: steady, perSecond: 40 }', { kind: 'steady', perSecond: 40 }],
  ['{ perSecond: 0.5 }', { kind: 'steady', perSecond: 0.5 }],
  [
    '{ kind: bursts, perSecond: 0, peak: 90, every: 1m, burst: 1.5s }',
    { kind: 'bursts', perSecond: 0, peak: 90, everyMs: 60_000, burstMs: 1500 },
  ],
  [
    '{ kind: daily, perSecond: 9, swing: 0.8, period: 1d }',
    { kind: 'daily', perSecond: 9, swing: 0.8, periodMs: 86_400_000 },
  ],
  ['{ kind: trace, at: [0, 20ms, 20ms, 1s] }', { kind: 'trace', atMs: [0, 20, 20, 1000] }],
];

const WORKS: readonly (readonly [text: string, work: Work])[] = [
  ['{ kind: lognormal, mean: 5ms, sigma: 0 }', { kind: 'lognormal', meanMs: 5, sigma: 0 }],
  ['{ stream: 2s }', { kind: 'lognormal', meanMs: 20, sigma: 0.5, streamMs: 2000 }],
  ['{ kind: measured, samples: [3ms, 1s] }', { kind: 'measured', samplesMs: [3, 1000] }],
];

describe('a scenario in a file', () => {
  test('needs no more than a name and a script', () => assert.deepEqual(load(least), plain));

  test('may be JSON, indented with tabs', () => {
    assert.deepEqual(load('{\n\t"name": "a",\n\t"length": "5s",\n\t"script": []\n}'), { ...plain, lengthMs: 5000 });
  });

  test('may have a load of each kind', () => {
    for (const [text, expected] of LOADS) assert.deepEqual(load(`${least}load: ${text}`).load, expected);
  });

  test('may have work of each kind', () => {
    for (const [text, expected] of WORKS)
      assert.deepEqual(load(`${least}fleet: { work: ${text} }`).fleet.work, expected);
  });

  test('may extend one of ours', () => {
    const { load: _, ...rest } = load('name: calm\nextends: brownout\nload: { perSecond: 40 }\n');
    const { load: _own, ...own } = SCENARIOS.find(({ name }) => name === 'brownout')!;
    assert.deepEqual(rest, { ...own, name: 'calm', doc: 'as brownout, but for what was changed' });
  });

  test('may take values from the environment, numbers too', () => {
    const { load: given } = load(`${least}load: { perSecond: \${RATE} }`, { RATE: '40' });
    assert.deepEqual(given, { kind: 'steady', perSecond: 40 });
  });

  test('says the same as ours, each written as a file', () => {
    for (const own of SCENARIOS) assert.deepEqual(load(JSON.stringify(inFile(own))), own, own.name);
  });
});

test('the example runs', async () => {
  const file = fileURLToPath(new URL('../../../../examples/scenario.yaml', import.meta.url));
  const { scenario, faults } = await readScenario(file, {});
  assert.deepEqual(faults, []);
  const [first] = POLICIES;
  const { lost } = measure(scenario!, first, 1);
  assert.ok(lost < 0.05, `lost ${lost}`);
});

/** Names without Ms, and durations with their unit; what never ends is left out. */
function inFile(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((entry) => inFile(entry, name));
  if (typeof value === 'number' && (name.endsWith('Ms') || name === 'at' || name === 'until'))
    return value === Infinity ? undefined : `${value}ms`;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key.replace(/Ms$/, ''), inFile(below, key)]));
}
