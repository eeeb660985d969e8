// What is sent again, and what never is. The instances count for themselves.

import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { ask, codeOf, portOf, proxyTo, startInstance, startRawInstance, talk, until } from '../../test/real-fleet.ts';
import type { RealInstance } from '../../test/real-fleet.ts';

const RETRIES = { retries: { max: 2, budget: 1, minPerSecond: 1000 } };

test('when an instance dies, no GET is lost', async (t) => {
  const fleet: RealInstance[] = [];
  for (const id of ['a', 'b', 'c', 'd'])
    fleet.push(await startInstance(t, id, (_request, response) => void setTimeout(() => response.end(id), 2)));
  const { url } = await proxyTo(t, fleet, RETRIES);
  const agent = new Agent({ keepAlive: true });
  const statuses: number[] = [];
  let asked = 0;
  const client = async (): Promise<void> => {
    while (asked < 600) {
      asked++;
      if (asked === 200) void fleet[0].kill();
      statuses.push((await ask(url!, { agent })).status);
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  agent.destroy();
  assert.equal(statuses.filter((status) => status !== 200).length, 0);
});

test('a POST that has reached an instance is never sent again, whatever became of it', async (t) => {
  const seen = new Map<string, number>();
  const note = (id: string): void => void seen.set(id, (seen.get(id) ?? 0) + 1);
  const fleet = [];
  for (const id of ['a', 'b', 'c']) {
    fleet.push(
      await startInstance(t, id, (request, response) => {
        note(String(request.headers['x-id']));
        request.resume().on('end', () => {
          const fate = Number(request.headers['x-id']) % 4;
          if (fate === 0) request.socket.resetAndDestroy();
          else if (fate === 1) response.writeHead(503).end();
          else if (fate === 2) request.socket.destroy();
          else response.end('ok');
        });
      }),
    );
  }
  const { url } = await proxyTo(t, fleet, RETRIES);
  const agent = new Agent({ keepAlive: true });
  for (let i = 0; i < 120; i++)
    await ask(url!, { method: 'POST', body: 'once', headers: { 'x-id': String(i) }, agent }).catch(() => {});
  agent.destroy();
  assert.ok(seen.size > 100, 'most of them arrived somewhere');
  assert.deepEqual(
    [...seen].filter(([, times]) => times > 1),
    [],
  );
});

test('a POST that could not be delivered goes to another instance, with its body', async (t) => {
  const gone = await startInstance(t, 'gone', () => {});
  await gone.kill();
  const b = await startInstance(t, 'b', (request, response) => void request.pipe(response));
  const { url } = await proxyTo(t, [gone, b], RETRIES);
  for (let i = 0; i < 20; i++) {
    const body = Buffer.alloc(300_000, String(i));
    const got = await ask(url!, { method: 'POST', body });
    assert.equal(got.status, 200);
    assert.deepEqual(got.body, body);
  }
});

test('a 503 is asked of another when that is safe, and passes unchanged when nobody does better', async (t) => {
  const busy = await startInstance(t, 'busy', (request, response) => {
    request.resume().on('end', () => response.writeHead(503, { 'x-own': 'yes' }).end('my own words'));
  });
  const sound = await startInstance(t, 'sound', (request, response) => void request.pipe(response));
  const { url } = await proxyTo(t, [busy, sound], RETRIES);
  for (let i = 0; i < 20; i++)
    assert.equal((await ask(url!, { method: 'PUT', body: 'small' })).body.toString(), 'small');

  const alone = await proxyTo(t, [busy], RETRIES);
  const got = await ask(alone.url!);
  assert.deepEqual(
    [got.status, got.headers['x-own'], got.body.toString(), got.headers['x-hale-attempts']],
    [503, 'yes', 'my own words', '1'],
  );

  const gone = await startInstance(t, 'gone', () => {});
  await gone.kill();
  const both = await proxyTo(t, [busy, gone], { ...RETRIES, strategy: 'first-available' });
  const kept = await ask(both.url!);
  assert.deepEqual(
    [kept.status, kept.body.toString(), kept.headers['x-hale-instance'], kept.headers['x-hale-attempts']],
    [503, 'my own words', 'busy', '2'],
  );
});

test('a retry that nobody could take costs the budget nothing', async (t) => {
  const broken = await startInstance(t, 'broken', (_request, response) => void response.writeHead(500).end());
  const sound = await startInstance(t, 'sound', (_request, response) => void response.end('ok'));
  // One retry in ten seconds, and no more.
  const retries = { max: 1, budget: 0, minPerSecond: 0.1 };
  const server = await proxyTo(t, [broken, sound], { retries, strategy: 'first-available' });
  await server.override('s', 'sound', { mode: 'drain' });
  for (let i = 0; i < 3; i++) assert.equal((await ask(server.url!)).status, 500);
  await server.override('s', 'sound', { mode: 'ready' });
  const got = await ask(server.url!);
  assert.deepEqual([got.status, got.headers['x-hale-attempts']], [200, '2']);
  assert.equal((await ask(server.url!)).status, 500, 'it is spent now');
});

test('a body too large to keep is sent once', async (t) => {
  let seen = 0;
  const fleet = [];
  for (const id of ['a', 'b'])
    fleet.push(
      await startInstance(t, id, (request, response) => {
        seen++;
        request.resume().on('end', () => response.writeHead(503).end());
      }),
    );
  const { url } = await proxyTo(t, fleet, RETRIES);
  assert.equal((await ask(url!, { method: 'PUT', body: Buffer.alloc(64 * 1024 + 1) })).status, 503);
  assert.equal(seen, 1);
  assert.equal((await ask(url!, { method: 'PUT', body: Buffer.alloc(64 * 1024) })).status, 503);
  assert.equal(seen, 3);
});

test('a connection that the instance closes under the next request is no evidence, and a GET does not notice', async (t) => {
  let requests = 0;
  let onOldConnections = 0;
  const a = await startRawInstance(t, 'a', (socket) => {
    let isOld = false;
    socket.on('data', () => {
      requests++;
      if (isOld) {
        onOldConnections++;
        socket.resetAndDestroy();
        return;
      }
      isOld = true;
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  const server = await proxyTo(t, [a], { retries: { max: 0 } });
  for (let i = 0; i < 10; i++) assert.equal((await ask(server.url!)).status, 200);
  assert.ok(onOldConnections > 0 && requests > 10);
  const [{ instances }] = await server.inspect();
  assert.equal(instances[0].evidence.bad, 0);
  assert.equal(instances[0].inFlight, 0);
});

test('time-outs are told apart: no connection, no head, no more of the body', async (t) => {
  const silent = await startRawInstance(t, 'silent', (socket) => socket.resume());
  const head = await proxyTo(t, [silent], { timeouts: { response: '50ms' }, retries: { max: 0 } });
  const late = await ask(head.url!);
  assert.deepEqual([late.status, codeOf(late), late.headers['x-hale-attempts']], [504, 'response-timeout', '1']);

  const pausing = await startRawInstance(t, 'pausing', (socket) =>
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf')),
  );
  const body = await proxyTo(t, [pausing], { timeouts: { idle: '50ms' } });
  await assert.rejects(ask(body.url!), { code: 'ECONNRESET' });
  const [{ instances }] = await body.inspect();
  assert.ok(instances[0].evidence.bad > 0);

  // TEST-NET-1 answers nobody (or the network says at once that it is unreachable).
  const nowhere = await proxyTo(t, [{ id: 'x', url: 'http://192.0.2.1:81' }], {
    timeouts: { connect: '50ms' },
    retries: { max: 0 },
  });
  const none = await ask(nowhere.url!);
  assert.ok(
    (none.status === 504 && codeOf(none) === 'connect-timeout') ||
      (none.status === 502 && codeOf(none) === 'connect-failed'),
    `${none.status}`,
  );
});

test('a sinkhole takes a request or two, and then no more', async (t) => {
  let swallowed = 0;
  const hole = await startRawInstance(t, 'hole', (socket) => socket.on('data', () => swallowed++));
  const fleet = [hole];
  for (const id of ['b', 'c']) fleet.push(await startInstance(t, id, (_request, response) => response.end(id)));
  const { url } = await proxyTo(t, fleet, { ...RETRIES, timeouts: { response: '60ms' } });
  for (let i = 0; i < 150; i++) assert.equal((await ask(url!)).status, 200);
  assert.ok(swallowed <= 20, `${swallowed} of 150 requests`);
});

test('poison requests are not tried on the whole fleet, and cost no instance its place', async (t) => {
  let kills = 0;
  const fleet = [];
  for (const id of ['a', 'b', 'c', 'd', 'e'])
    fleet.push(
      await startInstance(t, id, (request, response) => {
        if (request.url === '/poison') {
          kills++;
          request.socket.resetAndDestroy();
        } else response.end('ok');
      }),
    );
  const server = await proxyTo(t, fleet, { retries: { max: 4, budget: 1, minPerSecond: 1000, maxKills: 2 } });
  assert.equal((await ask(server.url!, { path: '/poison' })).status, 502);
  assert.equal(kills, 2, 'a GET that broke two instances is tried on no third');
  for (let i = 0; i < 200; i++) {
    if (i % 20 === 0) await ask(server.url!, { path: '/poison', method: 'POST', body: 'x' });
    else assert.equal((await ask(server.url!)).status, 200);
  }
  const [{ instances }] = await server.inspect();
  assert.deepEqual(
    instances.map(({ circuit }) => circuit),
    ['closed', 'closed', 'closed', 'closed', 'closed'],
  );
});

test('a path that fails everywhere is held against no instance, and soon not tried on many', async (t) => {
  const fleet = [];
  for (const id of ['a', 'b', 'c', 'd', 'e'])
    fleet.push(
      await startInstance(t, id, (request, response) => {
        if (request.url!.startsWith('/broken')) response.writeHead(500);
        response.end('ok');
      }),
    );
  // By the letter of the specification five in a row open a circuit: with three requests in five broken, all of them.
  const server = await proxyTo(t, fleet, {
    health: { runFactor: 1 },
    retries: { max: 4, budget: 1, minPerSecond: 1000, maxKills: 2 },
  });
  let attempts = '';
  for (let i = 0; i < 200; i++) {
    if (i % 5 < 3) attempts = String((await ask(server.url!, { path: `/broken?${i}` })).headers['x-hale-attempts']);
    else assert.equal((await ask(server.url!)).status, 200);
  }
  assert.equal(attempts, '2');
  const [{ blamed, instances }] = await server.inspect();
  assert.deepEqual([blamed.length, instances.every(({ circuit }) => circuit === 'closed')], [1, true]);
});

test("a client that leaves is nobody's fault, and the instance learns of it", async (t) => {
  let cut = 0;
  const a = await startInstance(t, 'a', (request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) cut++;
    });
    if (request.url === '/body') response.write('beginning');
  });
  const server = await proxyTo(t, [a]);
  for (const path of ['/head', '/body']) {
    for (let i = 0; i < 10; i++) {
      const request = httpRequest(new URL(path, server.url!), { agent: false });
      request.on('error', () => {});
      const begun =
        path === '/body'
          ? new Promise((resolve) =>
              request.once('response', (response) => response.once('data', resolve).on('error', () => {})),
            )
          : new Promise((resolve) => setTimeout(resolve, 10));
      request.end();
      await begun;
      request.destroy();
    }
  }
  await until(() => cut === 20, 'the instance hearing of all of them');
  const [{ instances }] = await server.inspect();
  assert.equal(instances[0].evidence.bad, 0);
  assert.equal(instances[0].inFlight, 0);
  assert.equal(instances[0].circuit, 'closed');
});

test('a client that stops sending its body is answered 408, and that is no evidence', async (t) => {
  const a = await startInstance(t, 'a', (request, response) => void request.resume().on('end', () => response.end()));
  const server = await proxyTo(t, [a], { timeouts: { response: '60ms' } });
  const heard = await talk(portOf(server), 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf', 1000);
  assert.match(heard, /^HTTP\/1\.1 408 /);
  const [{ instances }] = await server.inspect();
  assert.deepEqual([instances[0].evidence.bad, instances[0].inFlight], [0, 0]);
});

test('Retry-After is heeded: the instance is left alone, and nobody else suffers', async (t) => {
  let asked = 0;
  const tired = await startInstance(t, 'tired', (_request, response) => {
    asked++;
    response.writeHead(503, { 'retry-after': '60' }).end('tired');
  });
  const b = await startInstance(t, 'b', (_request, response) => response.end('b'));
  const server = await proxyTo(t, [tired, b], RETRIES);
  for (let i = 0; i < 50; i++) assert.equal((await ask(server.url!)).status, 200);
  assert.ok(asked <= 1, `${asked}`);
  const [{ instances }] = await server.inspect();
  const snapshot = instances.find(({ id }) => id === 'tired')!;
  assert.deepEqual([snapshot.circuit, snapshot.score], ['closed', 1]);
});

test('with nobody to ask the answer says so, when to come back, and that nobody was asked', async (t) => {
  const a = await startInstance(t, 'a', (_request, response) => response.end());
  const server = await proxyTo(t, [a], { health: { whenTooFewHealthy: 'refuse' } });
  await server.override('s', 'a', { mode: 'maintenance' });
  const got = await ask(server.url!);
  assert.deepEqual([got.status, codeOf(got), got.headers['x-hale-attempts']], [503, 'no-instance', '0']);
  assert.match(String(got.headers['retry-after']), /^[1-9]\d*$/);
  assert.equal(got.headers['x-hale-instance'], undefined);
  await server.override('s', 'a', { mode: 'ready' });
  assert.equal((await ask(server.url!)).status, 200);
});

test('an instance has no more requests at once than it may, and the next is answered 503 at once', async (t) => {
  const held: (() => void)[] = [];
  const a = await startInstance(t, 'a', (_request, response) => void held.push(() => response.end('ok')));
  const { url } = await proxyTo(t, [a], { limits: { maxInFlightPerInstance: 2 } });
  const first = [ask(url!), ask(url!)];
  await until(() => held.length === 2, 'two requests under way');
  const third = await ask(url!);
  assert.deepEqual([third.status, codeOf(third), third.headers['retry-after']], [503, 'overloaded', '1']);
  for (const finish of held) finish();
  assert.deepEqual(
    (await Promise.all(first)).map(({ status }) => status),
    [200, 200],
  );
});

test('a half-sent head occupies no instance', async (t) => {
  const a = await startInstance(t, 'a', (_request, response) => response.end('ok'));
  const server = await proxyTo(t, [a]);
  const slow = connect(portOf(server), '127.0.0.1', () => slow.write('GET / HTTP/1.1\r\nHos'));
  slow.on('error', () => {});
  assert.equal((await ask(server.url!)).status, 200);
  assert.equal((await server.inspect())[0].instances[0].inFlight, 0);
  slow.destroy();
});
