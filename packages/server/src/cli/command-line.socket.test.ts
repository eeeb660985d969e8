// The command as a user has it: a process, with its files, signals and exit codes.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hale-cli-'));
// What a failed test leaves open would hold up the whole file.
const cleanUps: (() => void)[] = [];
after(() => {
  for (const cleanUp of cleanUps) cleanUp();
  rmSync(folder, { recursive: true, force: true });
});

/** An instance of the test's own, with its address. */
async function openInstance(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

interface Running {
  readonly child: ChildProcess;
  /** Everything printed so far. */
  out(): string;
  err(): string;
  readonly ended: Promise<{ code: number | null; out: string; err: string }>;
}

function start(args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(
    process.execPath,
    ['--conditions=hale-source', '--disable-warning=ExperimentalWarning', MAIN, ...args],
    { cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  cleanUps.push(() => child.kill('SIGKILL'));
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, out, err })),
  );
  return { child, out: () => out, err: () => err, ended };
}

function hale(args: readonly string[], env?: Record<string, string>): Running['ended'] {
  return start(args, env).ended;
}

/** The URL in the line with which `hale serve` says that it is there. */
async function listening(running: Running): Promise<string> {
  const found = (): string | undefined => /^hale listens on (http:\S+)$/m.exec(running.out())?.[1];
  await new Promise<void>((resolve, reject) => {
    running.child.stdout!.on('data', () => found() && resolve());
    void running.ended.then(({ err }) => reject(new Error(`it ended: ${err}`)));
  });
  return found()!;
}

/** Resolves when the log says that the drain has begun. */
async function draining(running: Running): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const look = (): void => void (running.err().includes('draining') && resolve());
    running.child.stderr!.on('data', look);
    look();
    void running.ended.then(({ err }) => reject(new Error(`it ended: ${err}`)));
  });
}

const GOOD = 'listen: 127.0.0.1:0\nservices: { api: { instances: [{ url: "${URL}" }] } }\n';

test('hale check says ok and ends with 0', async () => {
  const path = file('good.yaml', GOOD);
  assert.deepEqual(await hale(['check', path], { URL: 'http://127.0.0.1:1' }), {
    code: 0,
    out: `${path}: ok, 1 service, 1 instance, listening on 127.0.0.1:0\n`,
    err: '',
  });
});

test('hale check prints every fault of every file with its place and ends with 2', async () => {
  const bad = file('bad.yaml', 'workers: 2\nservices: {}\n');
  const { code, out, err } = await hale([
    'check',
    bad,
    file('fine.yaml', 'services: { a: { instances: [{ url: http://a }] } }'),
    'none.yaml',
    '.',
    file('latin.yaml', Buffer.from([0x61, 0xe9])),
  ]);
  assert.equal(code, 2);
  assert.match(out, /fine\.yaml: ok, /);
  assert.deepEqual(err.split('\n'), [
    `${bad}:1:10 workers: expected 0, since this version forwards in one process, received 2`,
    `${bad}:2:11 services: expected at least 1 service, received none`,
    'none.yaml: expected a file, received no such file',
    '.: expected a file, received a directory',
    `${join(folder, 'latin.yaml')}: expected text in UTF-8, received other bytes`,
    '',
  ]);
});

test('a file without end is refused', { skip: process.platform === 'win32' && 'there is no /dev/zero' }, async () => {
  const { code, err } = await hale(['check', '/dev/zero']);
  assert.deepEqual([code, err], [2, '/dev/zero:1:1 document: expected at most 4 MiB, received more\n']);
});

test('a file whose name begins with a dash comes after two dashes', async () => {
  file('-x.yaml', 'services: { a: { instances: [{ url: http://a }] } }');
  assert.equal((await hale(['check', '--', '-x.yaml'])).code, 0);
});

test('the environment is never printed', async () => {
  const { code, out, err } = await hale(['check', file('secret.yaml', GOOD)], { URL: 'secret://value' });
  assert.equal(code, 2);
  assert.ok(!`${out}${err}`.includes('secret://value') && err.includes('${URL}'));
});

test('hale serve forwards until SIGTERM, finishes what is under way, and ends with 0', async () => {
  let answer = (): void => {};
  let arrive = (): void => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const address = await openInstance((_, response) => {
    answer = () => response.end('late but whole');
    arrive();
  });
  const running = start(['serve', '--config', file('serve.yaml', GOOD)], { URL: `http://${address}` });
  const response = fetch(await listening(running));
  await arrived;
  running.child.kill('SIGTERM');
  await draining(running);
  answer();
  assert.equal(await (await response).text(), 'late but whole');
  assert.equal((await running.ended).code, 0);
});

test(
  'a second signal ends a drain at once',
  { skip: process.platform === 'win32' && 'there are no signals' },
  async () => {
    let arrive = (): void => {};
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const address = await openInstance(() => arrive());
    const running = start(['serve', '--listen', '127.0.0.1:0', '--to', `http://${address}`]);
    const lost = assert.rejects(fetch(await listening(running)));
    await arrived;
    running.child.kill('SIGINT');
    await draining(running);
    running.child.kill('SIGINT');
    assert.equal((await running.ended).code, 130);
    await lost;
  },
);

test('an address that is taken is told in one line, with 1', async () => {
  const address = await openInstance(() => {});
  assert.deepEqual(await hale(['serve', '--listen', address, '--to', 'http://127.0.0.1:1']), {
    code: 1,
    out: '',
    err: `hale: cannot listen on ${address}: something else does\n`,
  });
});

test('a place where nobody can listen is told in one line, with 1', async () => {
  const at = async (place: string): Promise<string> => {
    const { code, err } = await hale(['serve', '--listen', place, '--to', 'http://127.0.0.1:1']);
    assert.equal(code, 1);
    return err;
  };
  const [missing, taken] = await Promise.all([
    at(`unix:${folder}/none/door`),
    at(`unix:${file('in-the-way', 'something')}`),
  ]);
  assert.match(missing, /^hale: cannot listen on unix:\S+: it is not permitted, or there is no such folder\n$/);
  assert.match(taken, /^hale: cannot listen on unix:\S+: something else does, or a file is in its place\n$/);
});

test('a proxy whose output nobody reads goes on', async () => {
  const running = start(['serve', '--listen', '127.0.0.1:0', '--to', 'http://127.0.0.1:1']);
  const url = await listening(running);
  running.child.stdout!.destroy();
  running.child.stderr!.destroy();
  assert.equal((await fetch(url)).status, 502);
  running.child.kill('SIGTERM');
  assert.equal((await running.ended).code, 0);
});

test('hale --help and a wrong command end as they should in a process, too', async () => {
  const [help, wrong] = await Promise.all([hale(['--help']), hale(['chek'])]);
  assert.deepEqual([help.code, help.err, wrong.code, wrong.out], [0, '', 2, '']);
});
