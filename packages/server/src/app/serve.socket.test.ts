// `serve` as programs use it.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ConfigError } from 'hale';
import type { Fact } from 'hale';
import { ask, codeOf, portOf, proxyTo, startInstance, until } from '../../test/real-fleet.ts';
import { serve } from '../index.ts';

test('a wrong configuration is refused with every fault, and nothing is opened', async () => {
  const wrong = { listen: 'nowhere', services: { s: { instances: [{ url: 'ftp://a' }], strategy: 'fastest' } } };
  await assert.rejects(serve(wrong as never), (error) => error instanceof ConfigError && error.faults.length >= 3);
});

test("an address that is taken is told by the system's error, and the other listener is closed again", async (t) => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  t.after(() => taken.close());
  const { port } = taken.address() as { port: number };
  const folder = mkdtempSync(join(tmpdir(), 'hale-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'door');
  await assert.rejects(
    serve({
      listeners: [{ address: `unix:${path}` }, { address: `127.0.0.1:${port}` }],
      services: { s: { instances: [{ url: 'http://127.0.0.1:1' }] } },
    }),
    { code: 'EADDRINUSE' },
  );
  assert.equal(existsSync(path), false);
});

test('it listens on a Unix socket, and again after a process that left the file behind', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hale-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'door');
  const a = await startInstance(t, 'a', (request, response) =>
    response.end(String(request.headers['x-forwarded-for'])),
  );
  const config = { listen: `unix:${path}`, services: { s: { instances: [{ url: a.url }] } } };
  const server = await serve(config);
  assert.equal(server.url, undefined);
  const body = await new Promise((resolve, reject) => {
    httpRequest({ socketPath: path, path: '/', agent: false }, (response) =>
      response.once('data', (chunk: Buffer) => resolve(chunk.toString())),
    )
      .on('error', reject)
      .end();
  });
  assert.equal(body, 'undefined');
  await assert.rejects(serve(config), { code: 'EADDRINUSE' }, 'a door that is in use is not taken');
  await server.close();
});

test('routes send each request to its service, and what no route takes is a 404', async (t) => {
  const a = await startInstance(t, 'a', (_request, response) => response.end('a'));
  const b = await startInstance(t, 'b', (_request, response) => response.end('b'));
  const server = await serve({
    listen: '127.0.0.1:0',
    routes: [
      { host: 'api.example', path: '/v1/', service: 'a' },
      { host: '*.example', service: 'b' },
    ],
    services: { a: { instances: [{ url: a.url }] }, b: { instances: [{ url: b.url }] } },
  });
  t.after(() => server.close());
  const to = (host: string, path: string) => ask(server.url!, { path, headers: { host } });
  assert.equal((await to('API.example:1', '/v1/x')).body.toString(), 'a');
  assert.equal((await to('api.example', '/v2')).body.toString(), 'b');
  const none = await to('elsewhere', '/v1/x');
  assert.deepEqual([none.status, codeOf(none), none.headers['x-hale-attempts']], [404, 'no-route', '0']);
});

test('instances can be exchanged while requests run, and a wrong list changes nothing', async (t) => {
  const a = await startInstance(t, 'a', (_request, response) => response.end('a'));
  const b = await startInstance(t, 'b', (_request, response) => response.end('b'));
  const server = await proxyTo(t, [a]);
  assert.equal((await ask(server.url!)).body.toString(), 'a');
  await server.update('s', [b]);
  assert.equal((await ask(server.url!)).body.toString(), 'b');
  await assert.rejects(server.update('s', [b, { ...b }]), ConfigError);
  assert.equal((await ask(server.url!)).body.toString(), 'b');
  await assert.rejects(server.update('other', [b]), /no service/);
});

test('an operator drains an instance, and sees why', async (t) => {
  const fleet = [];
  for (const id of ['a', 'b']) fleet.push(await startInstance(t, id, (_request, response) => response.end(id)));
  const server = await proxyTo(t, fleet);
  const facts: Fact[] = [];
  server.onFact((fact) => facts.push(fact));
  await server.override('s', 'a', { mode: 'drain' });
  for (let i = 0; i < 10; i++) assert.equal((await ask(server.url!)).body.toString(), 'b');
  await assert.rejects(server.override('s', 'a', { mode: 'gone' } as never), ConfigError);
  const [{ instances }] = await server.inspect();
  assert.equal(instances.find(({ id }) => id === 'a')?.mode, 'drain');
  assert.match((await server.explain('s', 'a')).join('\n'), /drain/);
  assert.deepEqual(
    facts.map(({ type }) => type),
    ['overridden'],
  );
});

test('checks are made, and an instance that fails them is left before a request is lost', async (t) => {
  let checks = 0;
  let isSick = false;
  let served = 0;
  const a = await startInstance(t, 'a', (request, response) => {
    if (request.url === '/health') {
      checks++;
      response.writeHead(isSick ? 500 : 200).end();
    } else {
      served++;
      response.end('a');
    }
  });
  const b = await startInstance(t, 'b', (_request, response) => response.end('b'));
  const server = await proxyTo(t, [a, b], {
    health: { checkInterval: '20ms', check: { type: 'http', path: '/health' } },
  });
  await until(() => checks >= 3, 'three checks');
  isSick = true;
  let circuit: string | undefined;
  for (let i = 0; circuit !== 'open'; i++) {
    assert.ok(i < 500, 'the circuit opens');
    await new Promise((resolve) => setTimeout(resolve, 10));
    circuit = (await server.inspect())[0].instances[0].circuit;
  }
  const before = served;
  for (let i = 0; i < 10; i++) assert.equal((await ask(server.url!, { method: 'POST' })).body.toString(), 'b');
  assert.equal(served, before);
});

test('a listener that throws disturbs nobody', async (t) => {
  const a = await startInstance(t, 'a', (_request, response) => response.end('a'));
  const server = await proxyTo(t, [a]);
  server.onFact(() => {
    throw new Error('mine');
  });
  await server.override('s', 'a', { mode: 'drain' });
  await server.override('s', 'a', { mode: 'ready' });
  assert.equal((await ask(server.url!)).status, 200);
  assert.ok(portOf(server) > 0);
});
