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
      'services.simulated.health.helthThreshold: expected a known key (did you mean healthThreshold?), received "helthThreshold"',
    ],
    [
      'health.healthThreshold=7',
      'services.simulated.health.healthThreshold: expected a number between 0 and 1, ends excluded, received 7',
    ],
    ['x', 'x: expected KEY=VALUE, such as health.healthThreshold=0.6, received no ='],
    ['=1', '=1: expected KEY=VALUE, such as health.healthThreshold=0.6, received no key'],
    ['health=1', 'services.simulated.health: expected a mapping, received 1'],
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
    const { code } = await sim('quiet-get', '--policy', 'hale', '--seeds', '1', '--html', file);
    assert.equal(code, 0);
    assert.match(await readFile(file, 'utf8'), /^<!doctype html>[^]*quiet-get, seed 1/i);
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

  test('lists every scenario and policy within 80 columns', async () => {
    const { out } = await sim('--list');
    for (const line of out.split('\n')) assert.ok(line.length <= 80, line);
    for (const name of ['brownout', 'rolling-restart', 'large', 'hale', 'oracle'])
      assert.match(out, new RegExp(`^  ${name} `, 'm'));
  });
});
