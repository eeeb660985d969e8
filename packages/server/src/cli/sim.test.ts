// hale sim as its user meets it, without a process.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Io } from './io.ts';
import { run } from './run.ts';

async function sim(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const never = new AbortController().signal;
  const io: Io = {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    env: {},
    isTTY: false,
    columns: 80,
    rows: 24,
    outputGone: never,
    stopSignal: () => never,
  };
  const code = await run(['sim', ...args], io, '1.2.3');
  return { code, out, err };
}

interface Printed {
  readonly seeds: readonly number[];
  readonly rows: readonly {
    readonly scenario: string;
    readonly policy: string;
    readonly regret: { readonly mean: number; readonly count: number };
    readonly figures: Readonly<Record<string, { readonly mean: number } | null>>;
  }[];
}

describe('hale sim', () => {
  test('prints a table within 80 columns, the least regret first, and nothing to standard error', async () => {
    const { code, out, err } = await sim('sinkhole', '--policy', 'random', '--policy', 'hale', '--seeds', '2');
    assert.deepEqual([code, err], [0, '']);
    const lines = out.trimEnd().split('\n');
    assert.equal(lines[0], 'sinkhole: one instance answers 500 at once while its checks pass');
    assert.equal(lines[1], '8 instances, 300 requests/s (GET), 80 s, 2 seeds');
    assert.match(lines[3], /^policy +lost % +p99 ms +extra % +detect s +restore s +ejected +regret$/);
    assert.deepEqual(
      lines.slice(4, 7).map((line) => line.split(' ')[0]),
      ['hale', 'random', ''],
    );
    assert.equal(lines[7], 'sinkhole: policy random, seed 1');
    for (const line of lines) assert.ok(line.length <= 80, line);
  });

  test('is the same for the same seeds, and a program can read it', async () => {
    const args = ['quiet-get', '--policy', 'hale', '--seeds', '2', '--seed', '7', '--json'];
    const [one, other] = [await sim(...args), await sim(...args)];
    assert.equal(one.out, other.out);
    const { seeds, rows } = JSON.parse(one.out) as Printed;
    assert.deepEqual(seeds, [7, 8]);
    assert.deepEqual(
      rows.map(({ scenario, policy, regret }) => [scenario, policy, regret.count]),
      [['quiet-get', 'hale', 2]],
    );
    assert.ok(rows[0].figures['requests']!.mean > 500);
  });

  test('puts hale with another setting beside hale as it comes', async () => {
    const { out } = await sim(
      'post-sinkhole',
      '--policy',
      'hale',
      '--set',
      'health.recoveryWindow=300s',
      '--seeds',
      '1',
      '--json',
    );
    const [own, changed] = (JSON.parse(out) as Printed).rows;
    assert.deepEqual([own.policy, changed.policy], ['hale', 'changed']);
    // Nothing but its window can bring back an instance whose fault no check saw and whose requests may not be repeated.
    assert.ok(changed.figures['restoreMs']!.mean > own.figures['restoreMs']!.mean);
  });

  for (const [set, sentence] of [
    [
      'health.helthThreshold=0.6',
      '--set health.helthThreshold: expected a known key (did you mean healthThreshold?), received "helthThreshold"',
    ],
    [
      'health.healthThreshold=7',
      '--set health.healthThreshold: expected a number between 0 and 1, ends excluded, received 7',
    ],
    [
      'recoveryWindow=5s',
      '--set recoveryWindow: expected a known key (did you mean health.recoveryWindow?), received "recoveryWindow"',
    ],
    [
      'retries.max=3',
      '--set retries.max: expected a setting of the balancer (in a simulation this is the scenario\'s: callers.retries and callers.retryBudget), received "retries.max"',
    ],
    ['x', '--set x: expected KEY=VALUE, such as health.healthThreshold=0.6, received no ='],
    ['=1', '--set =1: expected KEY=VALUE, such as health.healthThreshold=0.6, received no key'],
    ['health=1', '--set health: expected a mapping, received 1'],
  ]) {
    test(`refuses --set ${set} with a sentence, and ends with 2`, async () => {
      const { code, out, err } = await sim('refuse', '--set', set);
      assert.deepEqual([code, out, err.trimEnd()], [2, '', sentence]);
    });
  }

  test('writes a page for one scenario, and says when it cannot', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'hale-sim-'));
    t.after(() => rm(folder, { recursive: true }));
    const file = join(folder, 'page.html');
    const { code, out } = await sim('quiet-get', '--policy', 'hale', '--seeds', '1', '--json', '--html', file);
    assert.equal(code, 0);
    const json = JSON.parse(out) as Printed;
    const page = await readFile(file, 'utf8');
    assert.match(page, /^<!doctype html>[^]*quiet-get, seed 1/i);
    // One seed: the mean of the table is that of the page.
    assert.ok(page.includes(json.rows[0].regret.mean.toFixed(3)));
    const failed = await sim(
      'quiet-get',
      '--policy',
      'hale',
      '--seeds',
      '1',
      '--html',
      join(folder, 'none', 'page.html'),
    );
    assert.deepEqual([failed.code, failed.err.split(': ')[1]], [1, 'could not be written (ENOENT)\n']);
  });

  for (const [args, sentence] of [
    [['mine.yaml'], 'there is no scenario "mine.yaml" (did you mean --scenario mine.yaml?)'],
    [['brownuot'], 'there is no scenario "brownuot" (did you mean brownout?)'],
    [
      ['refuse', '--policy', 'hale,nginx'],
      'there is no policy "hale,nginx": --policy takes one name, and may be given again',
    ],
    [['large', '--max-memory', '10'], 'scenario large needs about 33 MB of memory, and --max-memory allows 10'],
  ] as const) {
    test(`refuses ${args.join(' ')} with a sentence, and ends with 2`, async () => {
      const { code, out, err } = await sim(...args);
      assert.deepEqual([code, out, err.split('\n')[0]], [2, '', sentence]);
    });
  }

  test('runs once what is named twice, and draws hale as it comes and as it would be', async () => {
    const { out } = await sim(
      'quiet-get',
      'quiet-get',
      '--policy',
      'hale',
      '--policy',
      'hale',
      '--seeds',
      '1',
      '--set',
      'health.recoveryWindow=5s',
    );
    assert.equal(out.match(/^quiet-get: 5 requests/gm)?.length, 1);
    assert.deepEqual(out.match(/^(?:hale|changed)(?= .*\d$)/gm)?.toSorted(), ['changed', 'hale']);
    assert.deepEqual(out.match(/(?<=^quiet-get: policy )\w+/gm), ['hale', 'changed']);
  });

  test('follows the strategy that is set', async () => {
    const { out } = await sim(
      'quiet-get',
      '--policy',
      'hale',
      '--seeds',
      '1',
      '--set',
      'strategy=first-available',
      '--json',
    );
    const [own, changed] = (JSON.parse(out) as Printed).rows;
    // The first of the fleet is the sinkhole, and whoever prefers it is slower to let go of it, or to keep away.
    assert.notEqual(own.regret.mean, changed.regret.mean);
  });

  test('breaks a long sentence between words', async () => {
    const { out } = await sim('route-fails-everywhere', '--policy', 'hale', '--seeds', '1');
    for (const line of out.split('\n')) assert.ok(line.length <= 80, line);
  });

  test('lists for programs, with the source of each policy', async () => {
    const { out } = await sim('--list', '--json');
    const { scenarios, policies } = JSON.parse(out) as Record<string, readonly Record<string, string>[]>;
    assert.ok(scenarios.every(({ name, doc }) => name && doc));
    assert.ok(policies.every(({ name, doc, source }) => name && doc && source));
  });

  test('lists every scenario and policy within 80 columns', async () => {
    const { out } = await sim('--list');
    for (const line of out.split('\n')) assert.ok(line.length <= 80, line);
    for (const name of ['brownout', 'rolling-restart', 'large', 'hale', 'oracle'])
      assert.match(out, new RegExp(`^  ${name} `, 'm'));
  });
});
