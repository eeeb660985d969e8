// hale sim --replay, over a record as the library and the proxy write it: what it says of good lines and of bad ones.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Io } from './io.ts';
import { run } from './run.ts';

const CONFIG = `
services:
  api:
    instances:
      - { id: a, url: "http://127.0.0.1:3001" }
      - { id: b, url: "http://127.0.0.1:3002" }
      - { id: c, url: "http://127.0.0.1:3003" }
    health: { preset: serving, recoveryWindow: 5s }
`;

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hale-replay-'));
  await writeFile(join(folder, 'hale.yaml'), CONFIG);
});
after(() => rm(folder, { recursive: true }));

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

// Forty seconds of 60 requests a second in turns over three instances; `b` refuses from 10 to 25 s.
function record(): string[] {
  const lines = ['{"hale":"record","version":1}'];
  for (let at = 0; at < 40_000; at += 1000 / 60) {
    const instance = 'abc'[lines.length % 3];
    const isBad = instance === 'b' && at >= 10_000 && at < 25_000;
    const end = isBad
      ? { outcome: 'failure', cause: 'connect', latencyMs: 1 }
      : { outcome: 'success', latencyMs: 20 + (lines.length % 7) };
    lines.push(JSON.stringify({ time: 1_764_000_000_000 + at, service: 'api', instance, source: 'traffic', ...end }));
  }
  return lines;
}

async function written(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

describe('hale sim --replay', () => {
  test('fits a fleet to the record and reruns it under another setting, with what it cannot know', async () => {
    const file = await written('good.jsonl', `${record().join('\n')}\n`);
    const args = [
      '--replay',
      file,
      '--config',
      join(folder, 'hale.yaml'),
      '--set',
      'health.recoveryWindow=20s',
      '--seeds',
      '2',
    ];
    const { code, out, err } = await sim(...args);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^2402 lines, 2400 used, 1 dropped|^240\d lines, 240\d used, 0 dropped/);
    assert.match(out, /^api: 3 instances, 240\d requests in 40\.0 s \(60\.0\/s\), no checks$/m);
    assert.match(out, /^b: crash: refuses, 10\.\d s to 25\.\d s$/m);
    assert.match(out, /^as recorded +0\.\d\d/m);
    assert.match(out, /^changed +0\.\d\d/m);
    assert.match(out, /^A difference of less than \d+\.\d\d % lost is within the model's own error\.$/m);
    assert.match(out, /^- What another instance would have answered is not recorded/m);
    for (const line of out.split('\n')) assert.ok(line.length <= 80, line);
  });

  test('uses the good part of a record whose end was cut and whose times run backwards, and counts the rest', async () => {
    const lines = record();
    lines.splice(100, 0, 'no JSON', '{"time":1,"service":"api","instance":"a","outcome":"success","source":"traffic"}');
    const file = await written('bad.jsonl', `${lines.join('\n')}\n{"time":176400004`);
    const { code, out } = await sim('--replay', file, '--seeds', '1');
    assert.equal(code, 0);
    assert.match(out, /^24\d\d lines, 240\d used, 3 dropped/);
    assert.match(out, /^line 101: expected /m);
    assert.match(out, /^line 102: expected /m);
  });

  test('drops what is said of instances that the configuration does not have', async () => {
    const other =
      '{"time":1764000020000,"service":"api","instance":"x","outcome":"success","source":"traffic","latencyMs":20}';
    const file = await written('unknown.jsonl', `${[...record(), other].join('\n')}\n`);
    const { code, out } = await sim('--replay', file, '--config', join(folder, 'hale.yaml'), '--seeds', '1');
    assert.equal(code, 0);
    assert.match(out, /^24\d\d lines, 240\d used, 1 dropped: 1 unknown instance$/m);
  });

  test('is JSON for a program', async () => {
    const file = await written('json.jsonl', `${record().join('\n')}\n`);
    const { out } = await sim('--replay', file, '--seeds', '1', '--json');
    const { read, rows, notes } = JSON.parse(out) as {
      read: { dropped: number };
      rows: { policy: string }[];
      notes: string[];
    };
    assert.equal(read.dropped, 0);
    assert.deepEqual(
      rows.map(({ policy }) => policy),
      ['as recorded', 'changed'],
    );
    assert.ok(notes.length > 0);
  });

  for (const [name, text, sentence] of [
    ['version.jsonl', '{"hale":"record","version":2}\n', /version 1/],
    ['empty.jsonl', '', /no request/],
  ] as const) {
    test(`refuses ${name} with a sentence, and ends with 2`, async () => {
      const { code, err } = await sim('--replay', await written(name, text));
      assert.equal(code, 2);
      assert.match(err, sentence);
    });
  }

  test('says that there is no such file, and ends with 2', async () => {
    const { code, err } = await sim('--replay', join(folder, 'none.jsonl'));
    assert.deepEqual([code, err.endsWith('none.jsonl: no such file\n')], [2, true]);
  });

  test('names the services of the file when the one that is meant is unclear', async () => {
    const { code, err } = await sim('refuse', '--config', join(folder, 'hale.yaml'), '--service', 'web');
    assert.deepEqual([code, err.split('\n')[0]], [2, '--service NAME is one of api']);
  });

  test('tells every fault of a scenario file with its line, and ends with 2', async () => {
    const file = await written(
      'scenario.yaml',
      'name: x\nscript: [{ at: 20s, until: 10s, instance: 0, fault: { name: slwo } }]\nlngth: 3s\n',
    );
    const { code, out, err } = await sim('--scenario', file);
    assert.deepEqual([code, out], [2, '']);
    assert.match(
      err,
      /scenario\.yaml:2:\d+ script\[0\]\.fault\.name: expected .*\(did you mean slow\?\)|scenario\.yaml:2:\d+ .*slow/,
    );
    assert.match(err, /scenario\.yaml:3:1 lngth: .*did you mean length\?/);
  });
});
