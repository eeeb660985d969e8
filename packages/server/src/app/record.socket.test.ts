// `record` in front of real instances: what a line says of good, failing and aborted requests, and that a file which cannot
// be written is nobody's trouble but its own.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { ask, proxyTo, startInstance, startRawInstance, until } from '../../test/real-fleet.ts';
import { serve } from '../index.ts';

interface Line {
  readonly time: number;
  readonly service: string;
  readonly instance: string;
  readonly outcome: string;
  readonly cause?: string;
  readonly latencyMs?: number;
  readonly source: string;
}

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hale-record-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function linesIn(path: string): Line[] {
  const [first, ...rest] = readFileSync(path, 'utf8').trimEnd().split('\n');
  assert.equal(first, '{"hale":"record","version":1}');
  return rest.map((line) => JSON.parse(line) as Line);
}

const NO_RETRIES = { retries: { max: 0 } };

test('good, failing, aborted and checked: each is a line, with its time, latency and cause', async (t) => {
  const file = join(folderOf(t), 'outcomes.jsonl');
  let waiting = 0;
  let aborted = 0;
  let checks = 0;
  const a = await startInstance(t, 'a', ({ url }, response) => {
    if (url === '/slow') setTimeout(() => response.end('ok'), 50);
    else if (url === '/never') {
      waiting++;
      response.on('close', () => aborted++);
    } else {
      if (url === '/204') checks++;
      response.writeHead(Number(url?.slice(1))).end();
    }
  });
  const began = Date.now();
  const server = await proxyTo(
    t,
    [a],
    { ...NO_RETRIES, health: { checkInterval: '100ms', check: { path: '/204' } } },
    { record: file },
  );
  assert.equal((await ask(server.url!, { path: '/slow' })).status, 200);
  assert.equal((await ask(server.url!, { path: '/500' })).status, 500);
  assert.equal((await ask(server.url!, { path: '/404' })).status, 404);
  const leaving = httpRequest(new URL('/never', server.url), { agent: false }).on('error', () => {});
  leaving.end();
  await until(() => waiting === 1, 'the request at the instance');
  leaving.destroy();
  await until(() => aborted === 1 && checks > 1, 'the abort, and a check');
  await server.close();

  const lines = linesIn(file);
  const traffic = lines.filter(({ source }) => source === 'traffic');
  assert.deepEqual(
    traffic.map(({ time: _, latencyMs: __, ...rest }) => rest),
    [
      { service: 's', instance: 'a', outcome: 'success', source: 'traffic' },
      { service: 's', instance: 'a', outcome: 'failure', cause: 'server-error', source: 'traffic' },
      { service: 's', instance: 'a', outcome: 'ignored', source: 'traffic' },
      { service: 's', instance: 'a', outcome: 'ignored', source: 'traffic' },
    ],
  );
  const [good, bad, ...ignored] = traffic.map(({ latencyMs }) => latencyMs);
  assert.ok(good !== undefined && good >= 45 && good < 5000, String(good));
  assert.ok(bad !== undefined && bad >= 0, String(bad));
  assert.deepEqual(ignored, [undefined, undefined]);
  const times = lines.map(({ time }) => time);
  assert.deepEqual(
    times,
    times.toSorted((one, other) => one - other),
  );
  for (const time of times) assert.ok(time >= began - 100 && time <= Date.now() + 100, String(time - began));
  const checked = lines.filter(({ source }) => source === 'check').map(({ outcome }) => outcome);
  assert.ok(checked.length > 0 && checked.length <= checks, `${checked.length} lines of ${checks} checks`);
  assert.deepEqual(new Set(checked), new Set(['success']));
});

test('each attempt is a line of its own, and one that nobody answers tells its cause', async (t) => {
  const file = join(folderOf(t), 'outcomes.jsonl');
  const broken = await startRawInstance(t, 'broken', (socket) => socket.once('data', () => socket.resetAndDestroy()));
  const good = await startInstance(t, 'good', (_request, response) => response.end('ok'));
  const server = await proxyTo(t, [broken, good], { strategy: 'first-available' }, { record: { file } });
  assert.equal((await ask(server.url!)).status, 200);
  await server.close();
  assert.deepEqual(
    linesIn(file).map(({ instance, outcome, cause }) => [instance, outcome, cause]),
    [
      ['broken', 'failure', 'reset'],
      ['good', 'success', undefined],
    ],
  );
});

test('a request that a drain cuts off is in the file when the server has closed', async (t) => {
  const file = join(folderOf(t), 'outcomes.jsonl');
  let arrived = 0;
  const a = await startInstance(t, 'a', () => arrived++);
  const server = await proxyTo(t, [a], NO_RETRIES, { record: file });
  const cut = ask(server.url!).catch(() => 'cut');
  await until(() => arrived === 1, 'the request');
  await server.close({ drainTimeoutMs: 0 });
  await cut;
  assert.deepEqual(
    linesIn(file).map(({ outcome }) => outcome),
    ['ignored'],
  );
});

test('sizes of the configuration bound what is on the disk', async (t) => {
  const folder = folderOf(t);
  const a = await startInstance(t, 'a', (_request, response) => response.end('ok'));
  const record = { file: join(folder, 'o'), maxSize: '4096B', maxFiles: 2 };
  const server = await proxyTo(t, [a], NO_RETRIES, { record });
  for (let i = 0; i < 150; i++) await ask(server.url!);
  await server.close();
  assert.deepEqual(readdirSync(folder).toSorted(), ['o', 'o.1']);
  for (const name of ['o', 'o.1']) {
    assert.ok(statSync(join(folder, name)).size <= 4096);
    assert.ok(linesIn(join(folder, name)).length > 0);
  }
});

test('a file that cannot be written costs no request; the log tells once, and again when it is well', async (t) => {
  const folder = join(folderOf(t), 'later');
  const a = await startInstance(t, 'a', (_request, response) => response.end('ok'));
  const told: { level: number; msg: string; reason?: string }[] = [];
  const log = pino({}, { write: (line: string) => void told.push(JSON.parse(line) as (typeof told)[number]) });
  const record = join(folder, 'outcomes.jsonl');
  const server = await serve(
    { listen: '127.0.0.1:0', record, services: { s: { instances: [{ id: 'a', url: a.url }] } } },
    { log },
  );
  t.after(() => server.close({ drainTimeoutMs: 0 }));
  const ofRecord = (): typeof told => told.filter(({ msg }) => msg.startsWith('outcomes'));
  for (let i = 0; i < 20; i++) assert.equal((await ask(server.url!)).status, 200);
  await until(() => ofRecord().length > 0, 'the warning');
  for (let i = 0; i < 20; i++) assert.equal((await ask(server.url!)).status, 200);
  assert.deepEqual(
    ofRecord().map(({ level, msg }) => [level, msg]),
    [[40, 'outcomes cannot be recorded']],
  );
  assert.match(ofRecord()[0]!.reason ?? '', /ENOENT/);
  mkdirSync(folder);
  await until(() => existsSync(record) && ofRecord().length > 1, 'the file');
  assert.equal(ofRecord()[1]!.msg, 'outcomes are recorded again');
  await server.close();
  assert.equal(linesIn(record).length, 40, 'what waited was not lost');
});
