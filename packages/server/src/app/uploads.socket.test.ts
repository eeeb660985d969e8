// Uploads: the time that a client takes to bring its body is not the instance's.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, portOf, proxyTo, startInstance, startRawInstance, until } from '../../test/real-fleet.ts';

/** Sends a head and the first half of a body, waits, and sends the other half; resolves with the answer. */
function uploadSlowly(port: number, pauseMs: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
    socket.on('close', () => resolve(heard));
    socket.on('error', () => {});
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 8\r\n\r\nhalf');
    void sleep(pauseMs).then(() => socket.write('half'));
  });
}

test('an instance is not slow because a client was', async (t) => {
  const start = (id: string): ReturnType<typeof startInstance> =>
    startInstance(t, id, (request, response) => request.resume().on('end', () => response.end('ok')));
  const server = await proxyTo(t, [await start('a'), await start('b')], { strategy: 'first-available' });
  assert.match(await uploadSlowly(portOf(server), 1000), /^HTTP\/1\.1 200 /);
  const [{ instances }] = await server.inspect();
  // The first sample is taken as it is.
  const { latencyMs } = instances[0].evidence;
  assert.ok(latencyMs !== null && latencyMs < 900, String(latencyMs));
});

test('an instance that is slow is slow, with a body and without one', async (t) => {
  const start = (id: string): ReturnType<typeof startInstance> =>
    startInstance(t, id, (request, response) =>
      request.resume().on('end', () => setTimeout(() => response.end('ok'), 200)),
    );
  const server = await proxyTo(t, [await start('a'), await start('b')], { strategy: 'first-available' });
  assert.equal((await ask(server.url!, { method: 'POST', body: 'body' })).status, 200);
  assert.equal((await ask(server.url!)).status, 200);
  const [{ instances }] = await server.inspect();
  assert.ok((instances[0].evidence.latencyMs ?? 0) >= 190, String(instances[0].evidence.latencyMs));
});

test('an answer that comes before the body has ended is good, and no sample', async (t) => {
  const a = await startRawInstance(t, 'a', (socket) => {
    socket.once('data', () => setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'), 300));
  });
  const server = await proxyTo(t, [a]);
  const socket = connect(portOf(server), '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
  socket.on('error', () => {});
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nhalf');
  await until(() => heard.endsWith('ok'), 'the answer');
  let instances = (await server.inspect())[0].instances;
  for (let i = 0; i < 200 && instances[0].inFlight > 0; i++) {
    await sleep(10);
    instances = (await server.inspect())[0].instances;
  }
  const { bad, all, latencyMs } = instances[0].evidence;
  assert.deepEqual([instances[0].inFlight, bad, all > 0, latencyMs], [0, 0, true, null]);
  socket.destroy();
});

test('one slow upload does not keep the others from its instance', async (t) => {
  const seen = { a: 0, b: 0 };
  const start = (id: 'a' | 'b'): ReturnType<typeof startInstance> =>
    startInstance(t, id, (request, response) => {
      seen[id]++;
      request.resume().on('end', () => setTimeout(() => response.end('ok'), 5));
    });
  const server = await proxyTo(t, [await start('a'), await start('b')]);
  for (let i = 0; i < 20; i++) await ask(server.url!);
  const upload = uploadSlowly(portOf(server), 1500);
  await until(() => seen.a + seen.b > 20, 'the upload');
  await sleep(500);
  const before = { ...seen };
  // Eight at a time: the upload is one more in the queue of its instance, and no more than that.
  for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 8 }, () => ask(server.url!)));
  const [a, b] = [seen.a - before.a, seen.b - before.b];
  assert.ok(a > 40 && b > 40, `${a} and ${b} of 160`);
  assert.match(await upload, /^HTTP\/1\.1 200 /);
});
