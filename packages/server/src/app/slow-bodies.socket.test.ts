// Bodies that come too slowly: each holds a place at an instance from its first byte on.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { portOf, proxyTo, startInstance, startRawInstance, talk } from '../../test/real-fleet.ts';

const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n';

test('a body that stands still is refused, and its place at the instance is free again', async (t) => {
  const a = await startInstance(t, 'a', (request, response) => {
    request.on('error', () => {});
    request.resume().on('end', () => response.end('ok'));
  });
  const server = await proxyTo(t, [a], {}, {}, { bodyIdleMs: 100 });
  const heard = await talk(portOf(server), `${HEAD}part`, 5000);
  assert.match(heard, /^HTTP\/1\.1 408 /);
  assert.match(heard, /"code":"request-timeout"/);
  const [{ instances }] = await server.inspect();
  assert.deepEqual([instances[0].inFlight, instances[0].evidence.bad], [0, 0]);
});

test('a body that drips is refused, though it never stands still', async (t) => {
  const a = await startInstance(t, 'a', (request, response) => {
    request.on('error', () => {});
    request.resume().on('end', () => response.end('ok'));
  });
  const server = await proxyTo(t, [a], {}, {}, { bodyIdleMs: 300, minBodyBytesPerSecond: 10_000 });
  const heard = await new Promise<string>((resolve) => {
    let all = '';
    const socket = connect(portOf(server), '127.0.0.1', () => socket.write(HEAD));
    const drip = setInterval(() => socket.write('x'), 20);
    socket.on('error', () => {});
    socket.on('data', (chunk) => (all += chunk.toString('latin1')));
    socket.on('close', () => {
      clearInterval(drip);
      resolve(all);
    });
  });
  assert.match(heard, /^HTTP\/1\.1 408 /);
});

test('an instance that is slow to take a body does not make its client slow', async (t) => {
  const size = 16 * 1024 * 1024;
  const a = await startRawInstance(t, 'a', (socket) => {
    let length = 0;
    socket.pause();
    setTimeout(() => socket.resume(), 1500);
    socket.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > size) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
  });
  const server = await proxyTo(t, [a], {}, {}, { bodyIdleMs: 500 });
  const heard = await talk(
    portOf(server),
    Buffer.concat([
      Buffer.from(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\nConnection: close\r\n\r\n`),
      Buffer.alloc(size),
    ]),
    8000,
  );
  assert.match(heard, /^HTTP\/1\.1 200 /);
});
