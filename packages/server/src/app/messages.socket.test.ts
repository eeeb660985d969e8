// What goes in comes out: bodies, heads, and every form that an answer may have.

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

test('the head of an answer passes as it came, but for what belongs to the connection', async (t) => {
  const a = await startRawInstance(t, 'a', (socket) => {
    socket.on('data', () =>
      socket.write(
        'HTTP/1.1 299 Quite Fine\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-Odd:  spaced \r\nConnection: x-mine, keep-alive\r\nX-Mine: 1\r\nKeep-Alive: timeout=60\r\nContent-Length: 2\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\nok',
      ),
    );
  });
  const { url } = await proxyTo(t, [a], {}, { exposeInstance: false });
  const got = await ask(url!);
  assert.equal(got.status, 299);
  const own = got.rawHeaders.slice(0, got.rawHeaders.indexOf('Connection'));
  assert.deepEqual(own, [
    'Set-Cookie',
    'a=1',
    'set-cookie',
    'b=2',
    'X-Odd',
    'spaced',
    'Content-Length',
    '2',
    'Date',
    'Thu, 01 Jan 1970 00:00:00 GMT',
  ]);
});

test('the head of a request passes with the client named, the host kept, and nothing of the connection', async (t) => {
  const a = await startInstance(t, 'a', (request, response) =>
    response.end(JSON.stringify([request.method, request.url, request.rawHeaders])),
  );
  const server = await proxyTo(t, [a]);
  const heard = await talk(
    portOf(server),
    'PATCH /a/../b%20c?d HTTP/1.1\r\nHost: Some.Example\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\nTE: trailers\r\nUpgrade: h2c\r\nX-Twice: 1\r\nX-Twice: 2\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n',
  );
  const [method, path, fields] = JSON.parse(heard.split('\r\n\r\n')[1]) as [string, string, string[]];
  assert.deepEqual([method, path], ['PATCH', '/a/../b%20c?d']);
  assert.deepEqual(
    fields.slice(0, -4),
    [
      'Host',
      'Some.Example',
      'X-Twice',
      '1',
      'X-Twice',
      '2',
      'X-Forwarded-For',
      '9.9.9.9, 127.0.0.1',
      'X-Forwarded-Proto',
      'http',
      'X-Forwarded-Host',
      'Some.Example',
      'Via',
      fields[fields.indexOf('Via') + 1],
    ].slice(0, fields.length - 4),
  );
  assert.match(fields[fields.indexOf('Via') + 1], /^1\.1 hale-[0-9a-f]+$/);
  assert.equal(fields[fields.indexOf('Content-Length') + 1], '0');
});

test('answers without a body keep what they say of one', async (t) => {
  const a = await startInstance(t, 'a', (request, response) => {
    if (request.method === 'HEAD') response.writeHead(200, { 'content-length': '1234' }).end();
    else if (request.url === '/204') response.writeHead(204).end();
    else response.writeHead(304, { etag: '"x"', 'content-length': '99' }).end();
  });
  const { url } = await proxyTo(t, [a]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const head = await ask(url!, { method: 'HEAD', agent });
  assert.deepEqual([head.status, head.headers['content-length'], head.body.length], [200, '1234', 0]);
  const none = await ask(url!, { path: '/204', agent });
  assert.deepEqual(
    [none.status, none.headers['content-length'], none.headers['transfer-encoding']],
    [204, undefined, undefined],
  );
  const same = await ask(url!, { path: '/304', agent });
  assert.deepEqual([same.status, same.headers.etag, same.body.length], [304, '"x"', 0]);
  agent.destroy();
});

test('trailers pass both ways', async (t) => {
  const a = await startInstance(t, 'a', (request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { trailer: 'x-sum', 'x-heard': String(request.trailers['x-up']) });
      response.addTrailers({ 'x-sum': '42' });
      response.end('body');
    });
  });
  const server = await proxyTo(t, [a]);
  const heard = await talk(
    portOf(server),
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: x-up\r\n\r\n2\r\nab\r\n0\r\nx-up: 7\r\n\r\n',
  );
  assert.match(heard, /x-heard: 7/);
  assert.match(heard, /\r\n0\r\nx-sum: 42\r\n\r\n$/);
});

test('informational answers pass: the instance says when to continue, and hints early', async (t) => {
  const a = await startInstance(t, 'a', (request, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    request.resume().on('end', () => response.end('ok'));
  });
  const { url } = await proxyTo(t, [a]);
  const got = await new Promise<{ informed: number[]; status: number | undefined }>((resolve, reject) => {
    const informed: number[] = [];
    const request = httpRequest(url!, {
      method: 'POST',
      headers: { expect: '100-continue', 'content-length': '4' },
      agent: false,
    });
    request.on('continue', () => request.end('body'));
    request.on('information', ({ statusCode }) => informed.push(statusCode));
    request.on('response', (response) => resolve({ informed, status: response.resume().statusCode }));
    request.on('error', reject);
    request.flushHeaders();
  });
  assert.deepEqual(got, { informed: [100, 103], status: 200 });
});

test('a client that waits for 100 is told to continue when the instance has never heard of it', async (t) => {
  const a = await startRawInstance(t, 'a', (socket) => {
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      if (heard.endsWith('body')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
  });
  const server = await proxyTo(t, [a], {}, {}, { continueAfterMs: 20 });
  const socket = connect(portOf(server), '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => (heard += chunk.toString()));
  socket.write('PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n');
  await until(() => heard.startsWith('HTTP/1.1 100 '), '100 Continue');
  socket.write('body');
  await until(() => heard.includes('HTTP/1.1 200 OK'), 'the answer');
  socket.destroy();
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

test('the absolute form names the host, whatever the Host field says', async (t) => {
  const a = await startInstance(t, 'a', (request, response) => response.end(`${request.url} ${request.headers.host}`));
  const server = await proxyTo(t, [a]);
  const heard = await talk(
    portOf(server),
    'GET http://real.example/x?y HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n',
  );
  assert.ok(heard.endsWith('/x?y real.example'));
});

test('an HTTP/1.0 client gets what it understands: no chunks, and the end by closing', async (t) => {
  const a = await startInstance(t, 'a', (request, response) => {
    response.write('part ');
    response.end(String(request.headers.host));
  });
  const server = await proxyTo(t, [a]);
  const heard = await talk(portOf(server), 'GET / HTTP/1.0\r\n\r\n');
  assert.ok(heard.endsWith(`\r\n\r\npart 127.0.0.1:${a.port}`), heard);
  assert.doesNotMatch(heard, /transfer-encoding/i);
});
