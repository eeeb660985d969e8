// The ready checks against real servers on ephemeral ports.

import assert from 'node:assert/strict';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import type { Check } from '../../core/checking/index.ts';
import type { ServiceInstance } from '../../core/model/index.ts';
import { grpcCheckAt } from './grpc.ts';
import { askByFetch } from './http-exchange.ts';
import type { HttpCheckOptions } from './http.ts';
import { httpCheck, httpCheckAt } from './http.ts';
import { tcpCheck, tcpCheckAt } from './tcp.ts';

// Long enough for any machine: no test waits for it unless it is about time-outs, and those set their own.
const PLENTY_MS = 20_000;

async function serve(t: TestContext, answer: RequestListener): Promise<ServiceInstance> {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { id: 'a', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base` };
}

/** A port on which nothing listens any more. */
async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Answer {
  readonly kind: 'good' | 'failure' | 'ignored';
  readonly cause?: string;
  readonly reason?: string;
}

async function ask(check: Check, instance: ServiceInstance, signal = AbortSignal.timeout(PLENTY_MS)): Promise<Answer> {
  const answer = await check(instance, { signal });
  return answer === true ? { kind: 'good' } : (answer as Answer);
}

// Each behaviour through every way: node:http, with and without a Host header of one's own, and fetch.
for (const [way, host] of [
  ['node:http', undefined],
  ['node:http with a host', 'api.example.com'],
  ['fetch', undefined],
] as const) {
  const check = (options: HttpCheckOptions = {}): Check => {
    const all = host === undefined ? options : { ...options, host };
    return way === 'fetch' ? httpCheckAt(all, '', [], undefined, askByFetch) : httpCheck(all);
  };

  test(`${way}: a status in the expected range is good, and the request is what was asked for`, async (t) => {
    let seen: IncomingMessage | undefined;
    const instance = await serve(t, (request, response) => {
      seen = request;
      response.end('fine');
    });
    assert.equal((await ask(check({ path: '/health?deep=1', headers: { 'X-Token': 'abc' } }), instance)).kind, 'good');
    assert.equal(seen?.url, '/health?deep=1');
    assert.equal(seen?.method, 'GET');
    assert.equal(seen?.headers['x-token'], 'abc');
    assert.equal(seen?.headers['user-agent'], 'hale-check');
    assert.equal(seen?.headers.connection, 'close');
    assert.equal(seen?.headers.host, host ?? new URL(instance.url!).host);
  });

  test(`${way}: another status is a failed check that names it`, async (t) => {
    const instance = await serve(t, (_, response) => response.writeHead(503).end());
    const answer = await ask(check(), instance);
    assert.deepEqual([answer.kind, answer.cause], ['failure', 'check']);
    assert.match(answer.reason!, /503, expected 200-299/);
    assert.equal((await ask(check({ expect: '200, 500-504' }), instance)).kind, 'good');
  });

  test(`${way}: any method may be used`, async (t) => {
    const instance = await serve(t, (request, response) =>
      response.writeHead(request.method === 'OPTIONS' ? 204 : 400).end(),
    );
    assert.equal((await ask(check({ method: 'OPTIONS', expect: 204 }), instance)).kind, 'good');
    assert.equal((await ask(check({ method: 'HEAD', expect: 400 }), instance)).kind, 'good');
  });

  test(`${way}: a redirect is not followed`, async (t) => {
    const visited: (string | undefined)[] = [];
    const instance = await serve(t, (request, response) => {
      visited.push(request.url);
      if (request.url === '/ok') response.end();
      else response.writeHead(302, { location: '/ok' }).end();
    });
    assert.match((await ask(check(), instance)).reason!, /302/);
    assert.equal((await ask(check({ expect: 302 }), instance)).kind, 'good');
    assert.deepEqual(visited, ['/', '/']);
  });

  test(`${way}: the body must contain the text or match the expression, each time anew`, async (t) => {
    const instance = await serve(t, (_, response) => response.end('{"status":"gr\u00fcn"}'));
    assert.equal((await ask(check({ body: 'gr\u00fcn' }), instance)).kind, 'good');
    assert.match((await ask(check({ body: 'rot' }), instance)).reason!, /not in its body/);
    const sticky = check({ body: /"status":/gy });
    const matching = check({ body: /"status":/g });
    for (let i = 0; i < 3; i++) assert.equal((await ask(matching, instance)).kind, 'good');
    assert.equal((await ask(sticky, instance)).kind, 'good');
  });

  test(`${way}: of an endless body the first 64 KiB are read and the connection is cut`, async (t) => {
    let sent = 0;
    let cut: (() => void) | undefined;
    const isCut = new Promise<void>((resolve) => (cut = resolve));
    const instance = await serve(t, (_, response) => {
      const chunk = Buffer.alloc(16_384, 'x');
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on('drain', pour);
      response.on('close', () => cut!());
      response.write('start');
      pour();
    });
    assert.equal((await ask(check({ body: /^startx+$/ }), instance)).kind, 'good');
    assert.match((await ask(check({ body: 'end' }), instance)).reason!, /not in its body/);
    await isCut;
    // What the kernel's buffers hold is sent without being read; an unbounded reader would never have come here.
    assert.ok(sent > 0);
  });

  test(`${way}: without a wanted body an endless one is no matter`, async (t) => {
    const instance = await serve(t, (_, response) => void response.write('and so on'));
    assert.equal((await ask(check(), instance)).kind, 'good');
  });

  test(`${way}: an answer that does not come, or a body that does not end, times out`, async (t) => {
    const silent = await serve(t, () => {});
    assert.equal((await ask(check({ timeout: 50 }), silent)).cause, 'timeout');
    const halting = await serve(t, (_, response) => void response.write('half'));
    assert.equal((await ask(check({ timeout: 100, body: 'whole' }), halting)).cause, 'timeout');
  });

  test(`${way}: the runner's signal ends it at once`, async (t) => {
    const controller = new AbortController();
    const instance = await serve(t, () => controller.abort());
    assert.equal((await ask(check(), instance, controller.signal)).cause, 'timeout');
    assert.equal((await ask(check(), instance, AbortSignal.abort())).cause, 'timeout');
  });

  test(`${way}: a refused connection fails as connect, a broken one as reset`, async (t) => {
    const refused = await ask(check(), { id: 'a', host: '127.0.0.1', port: await freePort() });
    assert.deepEqual([refused.kind, refused.cause], ['failure', 'connect']);
    assert.match(refused.reason!, /ECONNREFUSED/);
    const instance = await serve(t, (request) => request.socket.resetAndDestroy());
    assert.equal((await ask(check(), instance)).cause, 'reset');
  });

  test(`${way}: what is no HTTP is a failed check`, async (t) => {
    const instance = await listen(t, (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    assert.equal((await ask(check(), instance)).kind, 'failure');
  });
}

test('the port of the check may differ from that of the traffic', async (t) => {
  const instance = await serve(t, (_, response) => response.end());
  const port = Number(new URL(instance.url!).port);
  const elsewhere = { id: 'a', url: `http://127.0.0.1:${await freePort()}` };
  assert.equal((await ask(httpCheck({ port }), elsewhere)).kind, 'good');
  assert.equal((await ask(tcpCheck({ port }), elsewhere)).kind, 'good');
  assert.equal((await ask(tcpCheck(), elsewhere)).cause, 'connect');
});

async function listen(t: TestContext, onSocket: (socket: Socket) => void): Promise<ServiceInstance> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { id: 'a', host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

test('tcp: a connection that opens is good, and is closed again', async (t) => {
  let closed: (() => void) | undefined;
  const isClosed = new Promise<void>((resolve) => (closed = resolve));
  const instance = await listen(t, (socket) => socket.resume().on('close', () => closed!()));
  assert.equal((await ask(tcpCheck(), instance)).kind, 'good');
  await isClosed;
});

test('tcp: a refused connection fails as connect, an aborted check as timeout', async (t) => {
  assert.equal((await ask(tcpCheck(), { id: 'a', host: '127.0.0.1', port: await freePort() })).cause, 'connect');
  const instance = await listen(t, () => {});
  assert.equal((await ask(tcpCheck(), instance, AbortSignal.abort())).cause, 'timeout');
});

test('a name that does not exist fails as connect', async () => {
  for (const check of [httpCheck(), httpCheck({ host: 'x' }), tcpCheck()]) {
    assert.equal((await ask(check, { id: 'a', host: 'does-not-exist.invalid', port: 80 })).cause, 'connect');
  }
});

test('a port that browsers do not ask is asked like any other', async (t) => {
  for (const port of [10_080, 6666, 6000, 5060]) {
    const server = createServer((_, response) => response.end());
    const isOpen = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isOpen) continue;
    t.after(() => server.close());
    assert.equal((await ask(httpCheck(), { id: 'a', host: '127.0.0.1', port })).kind, 'good');
    return;
  }
  t.skip('somebody listens on each of these ports');
});

test('where there is only fetch, a port that it refuses says nothing of the instance', async () => {
  const check = httpCheckAt({}, '', [], undefined, askByFetch);
  assert.equal((await ask(check, { id: 'a', host: '127.0.0.1', port: 6000 })).kind, 'ignored');
});

test('every check connects anew, so that a door that has closed is noticed', async (t) => {
  const sockets = new Set<Socket>();
  const instance = await serve(t, (request, response) => {
    sockets.add(request.socket);
    response.writeHead(204).end();
  });
  for (let i = 0; i < 3; i++) assert.equal((await ask(httpCheck(), instance)).kind, 'good');
  assert.equal(sockets.size, 3);
});

test('an answer that upgrades is a status like any other', async (t) => {
  const instance = await listen(t, (socket) => {
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
    );
  });
  assert.match((await ask(httpCheck(), instance)).reason!, /101/);
});

test('an address that a rule forbids is not asked, written out or behind a name', async (t) => {
  let connections = 0;
  const instance = await listen(t, () => connections++);
  const isForbidden = (address: string, port: number): boolean =>
    /^(?:127\.0\.0\.1|::1)$/.test(address) && port === instance.port;
  const checks = [httpCheckAt, tcpCheckAt, grpcCheckAt].map((make) => make({}, '', [], isForbidden));
  for (const check of checks) {
    for (const host of ['127.0.0.1', 'localhost']) {
      const answer = await ask(check, { ...instance, host });
      assert.deepEqual([answer.kind, answer.cause], ['failure', 'connect']);
      assert.match(answer.reason!, /connecting to (?:127\.0\.0\.1|::1) is not allowed/);
    }
  }
  assert.equal(connections, 0);
});
