// Requests that are sent before the ones before them are answered: how many may wait, and that whatever is wrong with a
// later one is said in its turn, so that no answer before it is harmed.

import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { portOf, proxyTo, startInstance, talk, until } from '../../test/real-fleet.ts';

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const statusesOf = (heard: string): string[] => [...heard.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status);

interface Gate {
  readonly port: number;
  readonly seen: string[];
  /** Answers the request that waits at the instance. */
  open(): void;
}

/** An instance that keeps `/slow` waiting, after the first part of its body, and answers everything else at once. */
async function gated(t: TestContext, limits: Parameters<typeof proxyTo>[4] = {}): Promise<Gate> {
  const seen: string[] = [];
  const waiting: ServerResponse[] = [];
  const a = await startInstance(t, 'a', (request, response) => {
    seen.push(request.url ?? '');
    if (request.url !== '/slow') return void response.end(request.url);
    response.write('part one, ');
    waiting.push(response);
  });
  const server = await proxyTo(t, [a], {}, {}, limits);
  return { port: portOf(server), seen, open: () => waiting.shift()?.end('part two') };
}

/** Sends bytes, opens the gate once `/slow` has begun to be answered, and resolves with all that came until the close. */
async function talkThrough(gate: Gate, bytes: string): Promise<string> {
  const socket = connect(gate.port, '127.0.0.1', () => socket.write(bytes));
  let heard = '';
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
  await until(() => heard.includes('part one'), 'the first part');
  // What follows the first request has been read by now: it was sent in the same write.
  gate.open();
  await closed;
  return heard;
}

test('of more pipelined requests than may wait, those that may are answered, and then the connection is closed', async (t) => {
  const gate = await gated(t, { maxWaitingPerConnection: 100 });
  const heard = await talkThrough(gate, get('/slow') + Array.from({ length: 1000 }, (_, i) => get(`/${i}`)).join(''));
  assert.equal(gate.seen.length, 101);
  assert.equal(statusesOf(heard).length, 101);
  assert.ok(heard.endsWith('/99'), heard.slice(-100));
  assert.match(heard.slice(heard.lastIndexOf('HTTP/1.1 ')), /\r\nConnection: close\r\n/i);
});

test('beyond the requests that may wait in all, the connection with the most to blame is closed, and others serve on', async (t) => {
  const gate = await gated(t, { maxWaitingPerConnection: 5, maxWaiting: 50 });
  const opened: Socket[] = [];
  const open = async (bytes: string): Promise<{ socket: Socket; isClosed: () => boolean }> => {
    const socket = connect(gate.port, '127.0.0.1');
    opened.push(socket);
    let heard = '';
    let isClosed = false;
    socket.on('error', () => {});
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
    socket.on('close', () => (isClosed = true));
    socket.write(bytes);
    await until(() => isClosed || heard.includes('part one'), 'an answer or the end');
    return { socket, isClosed: () => isClosed };
  };
  const modest = await open(get('/slow') + get('/modest'));
  const greedy = await open(get('/slow') + get('/greedy').repeat(45));
  assert.equal(greedy.isClosed(), false, 'within the bound of all, it may wait for its answers');
  const other = await open(get('/slow') + get('/other').repeat(5));
  await until(greedy.isClosed, 'the end of the greedy connection');
  assert.deepEqual([modest.isClosed(), other.isClosed()], [false, false]);
  for (const socket of opened) socket.destroy();
});

test('a tunnel asked for behind a request under way is refused after its answer, not within it', async (t) => {
  const gate = await gated(t);
  const heard = await talkThrough(gate, `${get('/slow')}CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n`);
  assert.deepEqual(statusesOf(heard), ['200', '501']);
  assert.ok(heard.slice(0, heard.lastIndexOf('HTTP/1.1 ')).endsWith('\r\npart two\r\n0\r\n\r\n'), heard);
});

test('a large answer before a tunnel that is refused comes whole, however slowly its client reads', async (t) => {
  const size = 8 * 1024 * 1024;
  const a = await startInstance(t, 'a', (_request, response) => response.end(Buffer.alloc(size, 'x')));
  const server = await proxyTo(t, [a]);
  const socket = connect(portOf(server), '127.0.0.1', () =>
    socket.write(`${get('/')}CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n`),
  );
  socket.on('error', () => {});
  socket.pause();
  let length = 0;
  let end = '';
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('data', (chunk: Buffer) => {
    length += chunk.length;
    end = (end + chunk.toString('latin1')).slice(-1000);
  });
  setTimeout(() => socket.resume(), 100);
  await closed;
  assert.ok(length > size);
  assert.match(end, /HTTP\/1\.1 501 /);
});

test('a malformed request behind others is answered 400 after them', async (t) => {
  const gate = await gated(t);
  const heard = await talkThrough(gate, `${get('/slow') + get('/next')}NOT HTTP\r\n\r\n${get('/smuggled')}`);
  assert.deepEqual(statusesOf(heard), ['200', '200', '400']);
  assert.ok(heard.includes('part two') && heard.includes('/next'));
  assert.deepEqual(gate.seen, ['/slow', '/next']);
});

test('a request whose chunks are malformed is answered 400, also when it had to wait, and those before it are answered', async (t) => {
  const bad = 'POST /bad HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5x\r\nhello\r\n0\r\n\r\n';
  const gate = await gated(t);
  const alone = await talk(gate.port, bad);
  assert.deepEqual(statusesOf(alone), ['400']);
  assert.match(alone, /"code":"malformed-request"/);
  const heard = await talkThrough(gate, get('/slow') + bad);
  assert.deepEqual(statusesOf(heard), ['200', '400']);
});

test('a chunk that is malformed once the answer has begun costs the connection: no second answer in the first', async (t) => {
  const a = await startInstance(t, 'a', (request, response) => {
    request.on('error', () => {});
    response.write('begun');
  });
  const server = await proxyTo(t, [a]);
  const socket = connect(portOf(server), '127.0.0.1', () =>
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n'),
  );
  let heard = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await until(() => heard.includes('begun'), 'the beginning of the answer');
  socket.write('oops\r\n');
  await closed;
  assert.deepEqual(statusesOf(heard), ['200']);
  assert.ok(!heard.endsWith('0\r\n\r\n'));
});
