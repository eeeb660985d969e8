// What goes in comes out: bodies, at the speed of the slower side, and what becomes of one that breaks off.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { ask, codeOf, portOf, proxyTo, startInstance, startRawInstance, talk, until } from '../../test/real-fleet.ts';

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

test('bodies of any size arrive byte for byte, both ways', async (t) => {
  const echo = await startInstance(t, 'a', (request, response) => {
    if (request.headers['content-length'] !== undefined)
      response.setHeader('content-length', request.headers['content-length']);
    request.pipe(response);
  });
  const { url } = await proxyTo(t, [echo]);
  const agent = new Agent({ keepAlive: true });
  for (const size of [0, 1, 4095, 16 * 1024, 64 * 1024, 64 * 1024 + 1, 1024 * 1024, 10 * 1024 * 1024]) {
    const body = randomBytes(size);
    for (const headers of [{ 'content-length': String(size) }, { 'transfer-encoding': 'chunked' }]) {
      const got = await ask(url!, { method: 'POST', body, headers, agent });
      assert.equal(got.status, 200);
      assert.equal(hash(got.body), hash(body), `${size} bytes, ${Object.keys(headers)[0]}`);
    }
  }
  agent.destroy();
});

test('a client that reads slowly holds the instance back, and loses nothing', async (t) => {
  const total = 128 * 1024 * 1024;
  const chunk = Buffer.alloc(64 * 1024, 'x');
  let sent = 0;
  const a = await startInstance(t, 'a', (_request, response) => {
    const more = (): void => {
      while (sent < total) {
        sent += chunk.length;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
      response.end();
    };
    more();
  });
  const server = await proxyTo(t, [a]);
  const socket = connect(portOf(server), '127.0.0.1');
  socket.write('GET / HTTP/1.0\r\n\r\n');
  // Nothing is read: what the instance could send is what the kernel's buffers hold, and a few blocks of ours.
  let before = -1;
  while (sent !== before) {
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.ok(sent > 0 && sent < total / 2, `${sent} of ${total} bytes were taken from the instance`);
  let received = 0;
  socket.on('data', (data) => (received += data.length));
  await new Promise((resolve) => socket.once('close', resolve));
  assert.ok(received > total, `${received} of ${total} bytes arrived`);
});

test('an instance that reads slowly holds the client back', async (t) => {
  const total = 128 * 1024 * 1024;
  let go = (): void => {};
  let received = 0;
  const a = await startInstance(t, 'a', (request, response) => {
    request.on('end', () => response.end('done'));
    go = () => request.on('data', (data: Buffer) => (received += data.length));
  });
  const server = await proxyTo(t, [a]);
  const upload = httpRequest(server.url!, { method: 'POST', headers: { 'content-length': total } });
  const answered = new Promise((resolve) =>
    upload.once('response', (response) => resolve(response.resume().statusCode)),
  );
  const chunk = Buffer.alloc(64 * 1024);
  let sent = 0;
  const more = (): void => {
    while (sent < total) {
      sent += chunk.length;
      if (!upload.write(chunk)) return void upload.once('drain', more);
    }
    upload.end();
  };
  more();
  let before = -1;
  while (sent !== before) {
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.ok(sent > 0 && sent < total / 2, `${sent} of ${total} bytes were taken from the client`);
  go();
  assert.equal(await answered, 200);
  assert.equal(received, total);
});

test('an instance may answer while it reads', async (t) => {
  const a = await startInstance(t, 'a', (request, response) => void request.pipe(response));
  const { url } = await proxyTo(t, [a]);
  const request = httpRequest(url!, { method: 'POST', agent: false });
  request.write('first');
  const response = await new Promise<NodeJS.ReadableStream>((resolve) => request.once('response', resolve));
  let heard = '';
  response.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  await until(() => heard === 'first', 'the echo of the first part');
  request.end('second');
  await until(() => heard === 'firstsecond', 'the echo of the second part');
});

test('an early refusal reaches the client while it is still sending, and the connection ends with it', async (t) => {
  const a = await startInstance(t, 'a', (_request, response) =>
    response.writeHead(413, { 'content-type': 'text/plain' }).end('too much'),
  );
  const server = await proxyTo(t, [a]);
  const socket = connect(portOf(server), '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => (heard += chunk.toString()));
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${1024 * 1024}\r\n\r\n`);
  socket.write(Buffer.alloc(100_000));
  await until(() => heard.includes('too much'), 'the refusal');
  // What looks like the next request is the rest of the body: it must be answered by nobody.
  socket.write('GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n');
  await closed;
  assert.match(heard, /^HTTP\/1\.1 413 /);
  assert.match(heard, /\r\nConnection: close\r\n/i);
  assert.equal(heard.match(/HTTP\/1\.1/g)?.length, 1);
});

for (const [what, head] of [
  ['with a length', 'Content-Length: 1000'],
  ['in chunks', 'Transfer-Encoding: chunked'],
] as const) {
  test(`an instance that breaks off within a body ${what} never becomes a whole answer`, async (t) => {
    const a = await startRawInstance(t, 'a', (socket) => {
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${head.startsWith('T') ? '5\r\nhello\r\n' : 'hello'}`);
        setTimeout(() => socket.destroy(), 20);
      });
    });
    const server = await proxyTo(t, [a]);
    await assert.rejects(ask(server.url!), { code: 'ECONNRESET' });
    const heard = await talk(portOf(server), 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.ok(heard.includes('hello') && !heard.endsWith('0\r\n\r\n'));
    const [service] = await server.inspect();
    assert.ok(service.instances[0].evidence.bad > 0, 'a break is evidence');
  });
}

test("bytes that an instance sends after its answer are nobody's answer", async (t) => {
  let answered = 0;
  const a = await startRawInstance(t, 'a', (socket) => {
    socket.on('data', () => {
      answered++;
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL');
    });
  });
  const { url } = await proxyTo(t, [a]);
  for (let i = 0; i < 5; i++) assert.equal((await ask(url!)).body.toString(), 'ok');
  assert.equal(answered, 5);
});

test('an answer that cannot be read is a 502 of its own', async (t) => {
  const a = await startRawInstance(t, 'a', (socket) =>
    socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n')),
  );
  const { url } = await proxyTo(t, [a]);
  const got = await ask(url!);
  assert.deepEqual(
    [got.status, codeOf(got), got.headers['content-type']],
    [502, 'bad-answer', 'application/problem+json'],
  );
});

test('pipelined requests are answered in their order, one at a time', async (t) => {
  let underWay = 0;
  let most = 0;
  const a = await startInstance(t, 'a', (request, response) => {
    most = Math.max(most, ++underWay);
    setTimeout(
      () => {
        underWay--;
        response.end(request.url);
      },
      request.url === '/1' ? 30 : 0,
    );
  });
  const server = await proxyTo(t, [a]);
  const count = 50;
  const heard = await talk(
    portOf(server),
    Array.from({ length: count }, (_, i) => `GET /${i + 1} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''),
  );
  assert.deepEqual(
    [...heard.matchAll(/\r\n\r\n\/(\d+)/g)].map(([, number]) => Number(number)),
    Array.from({ length: count }, (_, i) => i + 1),
  );
  assert.equal(most, 1);
});
