// The clients' side alone, with a handler in place of exchanges.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { monotonicClock } from 'hale/engine';
import { until } from '../../../test/real-fleet.ts';
import type { Client } from '../client.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { ProxyLimits } from '../limits.ts';
import { problem } from '../problem.ts';
import type { ProblemCode } from '../problem.ts';
import { createDownstream } from './index.ts';
import type { Downstream } from './index.ts';

interface Door extends Downstream {
  readonly refused: ProblemCode[];
  connect(bytes: string): { readonly socket: Socket; readonly heard: () => string };
}

async function open(
  t: TestContext,
  handle: (client: Client) => Promise<void>,
  limits: Partial<ProxyLimits> = {},
): Promise<Door> {
  const refused: ProblemCode[] = [];
  const door = createDownstream(handle, {
    limits: { ...DEFAULT_LIMITS, ...limits },
    clock: monotonicClock,
    onRefusal: (code) => void refused.push(code),
  });
  await new Promise<void>((resolve) => door.server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    door.server.close();
    door.server.closeAllConnections();
  });
  const { port } = door.server.address() as AddressInfo;
  return {
    ...door,
    refused,
    connect(bytes) {
      let heard = '';
      const socket = connect(port, '127.0.0.1');
      if (bytes !== '') socket.write(bytes);
      socket.on('error', () => {});
      socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
      t.after(() => socket.destroy());
      return { socket, heard: () => heard };
    },
  };
}

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const NO_ROUTE = problem('no-route', 'None.');

test('while requests wait nothing more is read, however many answers end meanwhile', async (t) => {
  const underWay: (() => void)[] = [];
  const handle = async (client: Client): Promise<void> => {
    await new Promise<void>((resolve) => underWay.push(resolve));
    client.refuse(NO_ROUTE, []);
  };
  const door = await open(t, handle, { maxWaitingPerConnection: 1e6, maxWaiting: 1e6 });
  const { heard } = door.connect(GET.repeat(40_000));
  await until(() => underWay.length === 1, 'the first request');
  const [connection] = door.connections;
  const mostWaiting = connection.waiting;
  assert.ok(mostWaiting > 100 && mostWaiting < 10_000, `one read brought ${mostWaiting}`);
  const { bytesRead } = connection.socket;
  for (let answered = 1; answered <= 50; answered++) {
    underWay.shift()!();
    await until(() => underWay.length === 1, 'the next request');
    assert.equal(connection.waiting, mostWaiting - answered);
  }
  await until(() => heard().split('HTTP/1.1 404 ').length === 51, 'the answers');
  assert.equal(connection.socket.bytesRead, bytesRead);
});

test('a flood over many connections is never held as a whole, not even until they are closed', async (t) => {
  const maxWaiting = 1000;
  const door = await open(t, () => new Promise<void>(() => {}), { maxWaiting });
  let held = 0;
  let most = 0;
  let perRead = 0;
  let inThisRead = 0;
  door.server.on('request', (request) => {
    most = Math.max(most, ++held);
    perRead = Math.max(perRead, ++inThisRead);
    queueMicrotask(() => (inThisRead = 0));
    request.once('close', () => held--);
  });
  const clients = Array.from({ length: 40 }, () => door.connect(''));
  await until(() => door.connections.size === 40, 'the connections');
  // Written in one turn, so that all of them are read in one turn.
  for (const { socket } of clients) socket.write(GET.repeat(2300));
  let closed = 0;
  for (const { socket } of clients) socket.once('close', () => closed++);
  await until(() => closed >= 38, 'the end of all but those within the bound');
  assert.ok(most <= maxWaiting + 2 * perRead, `${most} were held, ${perRead} came in one read`);
});

test('an instance may inform only so often, and a client that does not read is not informed at all', async (t) => {
  let allowed = 0;
  let left = 0;
  let isOver = false;
  const link = ['Link', `</${'x'.repeat(20_000)}>; rel=preload`];
  const door = await open(
    t,
    async (client) => {
      for (let i = 0; i < 1000; i++) if (client.inform(103, link)) allowed++;
      [left] = [...door.connections].map(({ socket }) => socket.writableLength);
      client.refuse(NO_ROUTE, []);
      isOver = true;
    },
    { maxInformational: 500 },
  );
  const { socket } = door.connect(GET);
  socket.pause();
  await until(() => isOver, 'the end of the handler');
  assert.equal(allowed, 500);
  // The first goes to the system as far as it takes it; beyond the high-water mark none is kept.
  assert.ok(left < 200_000, `${left} bytes are kept`);
});

test('a client that left while nobody listened is told to whoever listens next, and no answer is passed on', async (t) => {
  const seen: unknown[] = [];
  const door = await open(t, async (client) => {
    const [{ socket }] = door.connections;
    await new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(client.hasLeft);
    client.onLeave = () => void seen.push('told');
    const body = new PassThrough();
    const answer = {
      status: 200,
      statusText: '',
      fields: [],
      body,
      trailers: () => [],
      discard: () => void body.destroy(),
    };
    seen.push(await client.relay(answer, [], 1000), body.destroyed);
  });
  const { socket } = door.connect(GET);
  await until(() => door.connections.size === 1, 'the connection');
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.resetAndDestroy();
  await until(() => seen.length === 4, 'the handler');
  assert.deepEqual(seen, [true, 'told', 'left', true]);
});

test('an answer whose instance broke before anybody read it is broken at once', async (t) => {
  let end: string | undefined;
  const door = await open(t, async (client) => {
    const body = new PassThrough();
    body.on('error', () => {});
    body.destroy(new Error('gone'));
    await new Promise((resolve) => body.once('close', resolve));
    const answer = {
      status: 503,
      statusText: '',
      fields: ['Content-Length', '9'],
      body,
      trailers: () => [],
      discard() {},
    };
    end = await client.relay(answer, [], 60_000);
  });
  const { socket } = door.connect(GET);
  await new Promise((resolve) => socket.once('close', resolve));
  assert.equal(end, 'broken');
});

test('each answer of its own is told with its code, also those to what never became a request', async (t) => {
  const door = await open(t, async (client) => client.refuse(NO_ROUTE, []));
  for (const bytes of [
    GET,
    'NOT HTTP\r\n\r\n',
    'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
  ]) {
    const { heard } = door.connect(bytes);
    await until(() => heard().includes('}\n'), 'the answer');
  }
  assert.deepEqual(door.refused, ['no-route', 'malformed-request', 'not-implemented', 'malformed-request']);
});
