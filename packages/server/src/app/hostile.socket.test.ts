// Bytes that are meant to be understood in two ways, heads that never end, and addresses that nobody should reach.
// The instance here understands nothing: it records what it is sent, so that a request in a request would be seen.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { ask, codeOf, portOf, proxyTo, startInstance, startRawInstance, talk } from '../../test/real-fleet.ts';

async function recording(t: TestContext): Promise<{ port: number; heard: () => string }> {
  let heard = '';
  const a = await startRawInstance(t, 'a', (socket) => {
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      if (/\r\n\r\n/.test(heard)) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
  });
  const server = await proxyTo(t, [a]);
  return { port: portOf(server), heard: () => heard };
}

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const post = (...lines: string[]): string => `POST / HTTP/1.1\r\nHost: a\r\n${lines.join('\r\n')}\r\n\r\n`;
const REFUSED: readonly [string, string, number?][] = [
  ['a length and chunks (CL.TE)', `${post('Content-Length: 6', 'Transfer-Encoding: chunked')}0\r\n\r\n${SMUGGLED}`],
  [
    'chunks and a length (TE.CL)',
    `${post('Transfer-Encoding: chunked', 'Content-Length: 4')}5c\r\n${SMUGGLED}0\r\n\r\n`,
  ],
  ['two lengths', `${post('Content-Length: 0', `Content-Length: ${SMUGGLED.length}`)}${SMUGGLED}`],
  ['two equal lengths', `${post('Content-Length: 5', 'Content-Length: 5')}hello`],
  ['a list of lengths', `${post('Content-Length: 5, 5')}hello`],
  ['a signed length', `${post('Content-Length: +5')}hello`],
  ['a hexadecimal length', `${post('Content-Length: 0x5')}hello`],
  ['a coding before chunked', `${post('Transfer-Encoding: gzip, chunked')}0\r\n\r\n`],
  ['a coding that only looks like chunked', `${post('Transfer-Encoding: xchunked')}0\r\n\r\n${SMUGGLED}`],
  ['chunked twice', `${post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
  ['a vertical tab before chunked', `${post('Transfer-Encoding: \x0bchunked')}0\r\n\r\n${SMUGGLED}`],
  ['a folded line', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n'],
  ['a folded coding', `${post('Transfer-Encoding:\r\n chunked')}0\r\n\r\n${SMUGGLED}`],
  ['bare line feeds', 'GET / HTTP/1.1\nHost: a\n\n'],
  [
    'a bare line feed between fields',
    `POST / HTTP/1.1\r\nHost: a\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  ],
  ['a bare carriage return in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\rContent-Length: 5\r\n\r\nhello'],
  ['a space before the colon', `${post(`Content-Length : ${SMUGGLED.length}`)}${SMUGGLED}`],
  ['a NUL in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n'],
  ['a field without a name', 'GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n'],
  ['chunks in HTTP/1.0', `POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ['no host', 'GET / HTTP/1.1\r\n\r\n'],
  ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
  ['a host that is none', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n'],
  ['a fragment', 'GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['HTTP/0.9', 'GET /\r\n\r\n', 505],
  ['HTTP/2 in the first line', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505],
  ['a tunnel', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n', 501],
  ['a WebSocket', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', 501],
  ['an unknown expectation', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n', 417],
];
for (const [what, bytes, status = 400] of REFUSED) {
  test(`${what} is answered ${status}, and no instance hears of it`, async (t) => {
    const { port, heard } = await recording(t);
    const answer = await talk(port, bytes);
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.match(answer, /application\/problem\+json/);
    assert.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1, 'one answer, not two');
    assert.equal(heard(), '');
    if (status === 400) assert.match(answer, /\r\nConnection: close\r\n/i);
  });
}

const BROKEN_BODIES: readonly [string, string][] = [
  ['a chunk size that is none', '5x\r\nhello\r\n0\r\n\r\n'],
  ['a chunk size that overflows', 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n'],
  ['a chunk that is longer than it says', '5\r\nhello0\r\n\r\n'],
  ['chunks with bare line feeds', '5\nhello\n0\n\n'],
];
for (const [what, body] of BROKEN_BODIES) {
  test(`${what} ends the connection, is no evidence, and never reaches an instance as a whole request`, async (t) => {
    let whole = 0;
    const a = await startInstance(
      t,
      'a',
      (request, response) => void request.resume().on('end', () => response.end(String(++whole))),
    );
    const server = await proxyTo(t, [a]);
    const answer = await talk(
      portOf(server),
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${body}${SMUGGLED}`,
    );
    assert.doesNotMatch(answer, /HTTP\/1\.1 200/);
    assert.equal(whole, 0);
    const [{ instances }] = await server.inspect();
    assert.deepEqual([instances[0].evidence.bad, instances[0].inFlight], [0, 0]);
  });
}

test('a head that is too large is answered 431', async (t) => {
  const a = await startInstance(t, 'a', (_request, response) => response.end('ok'));
  const server = await proxyTo(t, [a], {}, {}, { maxHeadBytes: 4096 });
  const answer = await talk(portOf(server), `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(5000)}\r\n\r\n`);
  assert.match(answer, /^HTTP\/1\.1 431 /);
  assert.match(answer, /"code":"head-too-large"/);
  assert.match(
    await talk(portOf(server), `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(3500)}\r\n\r\n`),
    /^HTTP\/1\.1 200 /,
  );
});

test('many fields within the limit all arrive: none is dropped in silence', async (t) => {
  const a = await startRawInstance(t, 'a', (socket) => {
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      if (heard.endsWith('\r\n\r\n'))
        socket.end(`HTTP/1.1 200 OK\r\nX-Count: ${heard.match(/\r\na: /g)?.length}\r\nContent-Length: 0\r\n\r\n`);
    });
  });
  const server = await proxyTo(t, [a]);
  const answer = await talk(portOf(server), `GET / HTTP/1.1\r\nHost: a\r\n${'a: b\r\n'.repeat(4000)}\r\n`);
  assert.match(answer, /X-Count: 4000/);
});

test('an answer with a head that is too large is a 502', async (t) => {
  const a = await startRawInstance(t, 'a', (socket) =>
    socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(5000)}\r\nContent-Length: 0\r\n\r\n`)),
  );
  const server = await proxyTo(t, [a], {}, {}, { maxHeadBytes: 4096 });
  const got = await ask(server.url!);
  assert.deepEqual([got.status, codeOf(got)], [502, 'bad-answer']);
});

test('a head that does not arrive in time is answered 408', async (t) => {
  const a = await startInstance(t, 'a', (_request, response) => response.end('ok'));
  const server = await proxyTo(t, [a], {}, {}, { headTimeoutMs: 100 });
  const answer = await talk(portOf(server), 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ', 3000);
  assert.match(answer, /^HTTP\/1\.1 408 /);
  assert.match(answer, /"code":"request-timeout"/);
});

test('connections beyond the limit are closed, and those within it serve on', async (t) => {
  const a = await startInstance(t, 'a', (_request, response) => response.end('ok'));
  const server = await proxyTo(t, [a], {}, {}, { maxConnections: 2 });
  const held = await Promise.all(
    [1, 2].map(
      () =>
        new Promise<ReturnType<typeof connect>>((resolve) => {
          const socket = connect(portOf(server), '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
          socket.once('data', () => resolve(socket));
        }),
    ),
  );
  assert.equal(await talk(portOf(server), 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'), '');
  held[0].write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const again = await new Promise((resolve) => held[0].once('data', (chunk) => resolve(chunk.toString())));
  assert.match(String(again), /^HTTP\/1\.1 200 /);
  for (const socket of held) socket.destroy();
});

test('a link-local address is not connected to', async (t) => {
  const placeholder = await startInstance(t, 'metadata', () => {});
  const server = await proxyTo(t, [placeholder], { retries: { max: 0 } });
  for (const url of ['http://169.254.169.254:80', 'http://[::ffff:169.254.169.254]:80', 'http://[fe80::1]:80']) {
    await server.update('s', [{ id: url, url }]);
    const got = await ask(server.url!);
    assert.deepEqual([got.status, codeOf(got)], [502, 'forbidden-address'], url);
  }
});

test('a route that leads back to the proxy ends at once', async (t) => {
  const placeholder = await startInstance(t, 'self', () => {});
  const server = await proxyTo(t, [placeholder], { retries: { max: 0 } });
  await server.update('s', [{ id: 'self', url: server.url! }]);
  const got = await ask(server.url!);
  assert.deepEqual([got.status, codeOf(got)], [508, 'loop-detected']);
});

test('what a client names in Connection cannot take away the host, the length or the credentials', async (t) => {
  const a = await startInstance(t, 'a', (request, response) => {
    let length = 0;
    request.on('data', (chunk: Buffer) => (length += chunk.length));
    request.on('end', () =>
      response.end(
        JSON.stringify([
          request.headers.host,
          request.headers.authorization,
          request.headers['x-forwarded-for'],
          length,
        ]),
      ),
    );
  });
  const server = await proxyTo(t, [a]);
  const answer = await talk(
    portOf(server),
    'POST / HTTP/1.1\r\nHost: a\r\nAuthorization: x\r\nConnection: close, Host, Content-Length, Authorization, X-Forwarded-For\r\nContent-Length: 2\r\n\r\nab',
  );
  assert.deepEqual(JSON.parse(answer.split('\r\n\r\n')[1]), ['a', 'x', '127.0.0.1', 2]);
});
