// Heads: what passes as it came, what is added, and every form of answer that has no body or more than one head.

import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { ask, portOf, proxyTo, startInstance, startRawInstance, talk, until } from '../../test/real-fleet.ts';

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
    'PATCH /a/../b%20c?d HTTP/1.1\r\nHost: Some.Example\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\nTE: trailers\r\nUpgrade: h2c\r\nX-Twice: 1\r\nX-Twice: 2\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nX-Real-IP: 9.9.9.9\r\nForwarded: for=9.9.9.9\r\n\r\n',
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
      '127.0.0.1',
      'X-Forwarded-Proto',
      'http',
      'X-Forwarded-Host',
      'Some.Example',
      'Forwarded',
      'for=127.0.0.1;host=Some.Example;proto=http',
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
