// Answers that are none: what an instance must not say, and what hale says instead.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, codeOf, proxyTo, startInstance, startRawInstance, until } from '../../test/real-fleet.ts';

const UNFRAMED: readonly [what: string, head: string, body: string][] = [
  ['another coding before chunked', 'Transfer-Encoding: gzip, chunked', '2\r\nab\r\n0\r\n\r\n'],
  ['another coding alone', 'Transfer-Encoding: gzip', 'ab'],
  ['a coding that only looks like chunked', 'Transfer-Encoding: xchunked', '2\r\nab\r\n0\r\n\r\n'],
  ['chunked twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked', '2\r\nab\r\n0\r\n\r\n'],
  ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked', '2\r\nab\r\n0\r\n\r\n'],
  ['two lengths', 'Content-Length: 2\r\nContent-Length: 5', 'abcde'],
];
for (const [what, head, body] of UNFRAMED) {
  test(`${what} in an answer is a bad answer, and evidence`, async (t) => {
    const a = await startRawInstance(t, 'a', (socket) => {
      socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${body}`));
    });
    const server = await proxyTo(t, [a], { retries: { max: 0 } });
    const got = await ask(server.url!);
    assert.deepEqual([got.status, codeOf(got)], [502, 'bad-answer']);
    const [{ instances }] = await server.inspect();
    assert.ok(instances[0].score < 1, String(instances[0].score));
  });
}

test('chunks in any case, and a length alone, are good answers', async (t) => {
  const heads = ['transfer-encoding: Chunked', 'Content-Length: 12'];
  const a = await startRawInstance(t, 'a', (socket) => {
    socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\n${heads.shift()}\r\n\r\n2\r\nab\r\n0\r\n\r\n`));
  });
  const { url } = await proxyTo(t, [a], { retries: { max: 0 } });
  assert.equal((await ask(url!)).body.toString(), 'ab');
  assert.equal((await ask(url!)).body.length, 12);
});

test('an upgrade that nobody asked for is a bad answer at once, and its connection is closed', async (t) => {
  let isClosed = false;
  const a = await startRawInstance(t, 'a', (socket) => {
    socket.on('close', () => (isClosed = true));
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nhello'),
    );
  });
  // An answer that waited for the time-out would be a 504.
  const { url } = await proxyTo(t, [a], { retries: { max: 0 }, timeouts: { response: '5s' } });
  const got = await ask(url!);
  assert.deepEqual([got.status, codeOf(got)], [502, 'bad-answer']);
  await until(() => isClosed, 'the end of the connection');
});

test('an instance that informs without end is given up, and at once', async (t) => {
  const a = await startRawInstance(t, 'a', (socket) => {
    socket.once('data', () => {
      const flood = (): void => {
        if (!socket.destroyed && socket.write('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'.repeat(10)))
          setImmediate(flood);
      };
      socket.on('drain', flood);
      flood();
    });
  });
  const { url } = await proxyTo(t, [a], { retries: { max: 0 }, timeouts: { response: '20s' } });
  const got = await ask(url!);
  assert.deepEqual([got.status, codeOf(got)], [502, 'bad-answer']);
});

test('an answer that was held and has broken since is not passed on: the failure is', async (t) => {
  // The first says 503 and breaks within its body while the second is asked, which never answers.
  let cut = (): void => {};
  const a = await startRawInstance(t, 'a', (socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 503 No\r\nContent-Length: 99\r\n\r\nhalf'));
    cut = () => socket.destroy();
  });
  const b = await startInstance(t, 'b', (request) => {
    cut();
    setTimeout(() => request.socket.destroy(), 50);
  });
  const { url } = await proxyTo(t, [a, b], { strategy: 'first-available', retries: { max: 1 } });
  const got = await ask(url!);
  assert.deepEqual([got.status, codeOf(got)], [502, 'connection-reset']);
});

test('what only hale says of instances and attempts is never taken from an instance', async (t) => {
  const a = await startInstance(t, 'a', (_, response) =>
    response.writeHead(200, { 'X-Hale-Instance': 'evil', 'x-hale-attempts': '99', 'x-own': '1' }).end('ok'),
  );
  const exposed = await ask((await proxyTo(t, [a])).url!);
  assert.deepEqual([exposed.headers['x-hale-instance'], exposed.headers['x-hale-attempts']], ['a', '1']);
  const hidden = await ask((await proxyTo(t, [a], {}, { exposeInstance: false })).url!);
  assert.deepEqual(
    [hidden.headers['x-hale-instance'], hidden.headers['x-hale-attempts'], hidden.headers['x-own']],
    [undefined, undefined, '1'],
  );
});

test('nor is it taken from the trailers of one', async (t) => {
  const a = await startInstance(t, 'a', (_, response) => {
    response.writeHead(200, { trailer: 'x-hale-instance, x-sum' });
    response.addTrailers({ 'x-hale-instance': 'evil', 'x-sum': '1' });
    response.end('ok');
  });
  const { rawTrailers } = await ask((await proxyTo(t, [a])).url!);
  assert.deepEqual(rawTrailers, ['x-sum', '1']);
});

test('an id that no field can hold is written so that one can', async (t) => {
  const a = await startInstance(t, 'a', (_, response) => response.end('ok'));
  const { url } = await proxyTo(t, [{ id: 'a\ud800b', url: a.url }]);
  const got = await ask(url!);
  assert.deepEqual([got.status, got.headers['x-hale-instance']], [200, 'a%EF%BF%BDb']);
});
