// The gRPC check against a health server that speaks the wire format: node:http2, frames and trailers written by hand.

import assert from 'node:assert/strict';
import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import type { CheckFailure } from '../../core/checking/index.ts';
import type { ServiceInstance } from '../../core/model/index.ts';
import { grpcCheck } from './grpc.ts';

const signal = (): AbortSignal => AbortSignal.timeout(20_000);
const HEAD = { ':status': 200, 'content-type': 'application/grpc' };

/** A server whose answer to one call is `answer`; the request's headers and body are read first. */
async function serve(
  t: TestContext,
  answer: (stream: ServerHttp2Stream, call: { path: string; headers: Record<string, unknown>; body: Buffer }) => void,
): Promise<ServiceInstance> {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () =>
      answer(stream as ServerHttp2Stream, { path: String(headers[':path']), headers, body: Buffer.concat(chunks) }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { id: 'a', host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

function reply(stream: ServerHttp2Stream, bytes: readonly number[], trailers: Record<string, string>): void {
  stream.respond(HEAD, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(Buffer.from(bytes));
}

const status = (value: number): number[] => [0, 0, 0, 0, 2, 8, value];
const OK = { 'grpc-status': '0' };

test('SERVING is good, and the call is that of grpc.health.v1', async (t) => {
  let seen: { path: string; headers: Record<string, unknown>; body: Buffer } | undefined;
  const instance = await serve(t, (stream, call) => {
    seen = call;
    reply(stream, status(1), OK);
  });
  assert.equal(await grpcCheck({ service: 'shop.Cart' })(instance, { signal: signal() }), true);
  assert.equal(seen?.path, '/grpc.health.v1.Health/Check');
  assert.equal(seen?.headers['content-type'], 'application/grpc');
  assert.equal(seen?.headers['te'], 'trailers');
  assert.deepEqual(seen?.body, Buffer.from([0, 0, 0, 0, 11, 0x0a, 9, ...Buffer.from('shop.Cart')]));
});

const cases: readonly [string, (stream: ServerHttp2Stream) => void, RegExp][] = [
  ['NOT_SERVING', (stream) => reply(stream, status(2), OK), /NOT_SERVING/],
  ['UNKNOWN, which is sent as an empty message,', (stream) => reply(stream, [0, 0, 0, 0, 0], OK), /UNKNOWN/],
  ['an unknown status', (stream) => reply(stream, status(9), OK), /unknown status 9/],
  [
    'a service that the server does not know',
    (stream) => stream.respond({ ...HEAD, 'grpc-status': '5', 'grpc-message': 'unknown service' }, { endStream: true }),
    /gRPC status 5: unknown service/,
  ],
  [
    'a server without the health service',
    (stream) => stream.respond({ ...HEAD, 'grpc-status': '12' }, { endStream: true }),
    /gRPC status 12/,
  ],
  ['an error after the message', (stream) => reply(stream, status(1), { 'grpc-status': '13' }), /gRPC status 13/],
  ['an answer without a status', (stream) => reply(stream, status(1), { other: 'x' }), /gRPC status missing/],
  ['an answer that is no message', (stream) => reply(stream, [1, 2, 3], OK), /no HealthCheckResponse/],
  ['a plain HTTP error', (stream) => stream.respond({ ':status': 502 }, { endStream: true }), /HTTP status 502/],
  [
    'an endless answer',
    (stream) =>
      reply(
        stream,
        Array.from({ length: 100_000 }, () => 0),
        OK,
      ),
    /too long/,
  ],
  ['a stream that the server resets', (stream) => stream.close(2), /.+/],
  ['a connection that the server drops', (stream) => stream.session?.destroy(), /.+/],
];

for (const [name, answer, reason] of cases) {
  test(`${name} is a failed check with its reason`, async (t) => {
    const instance = await serve(t, answer);
    const { kind, cause, reason: told } = (await grpcCheck()(instance, { signal: signal() })) as CheckFailure;
    assert.equal(kind, 'failure');
    assert.notEqual(cause, 'timeout');
    assert.match(told, reason);
  });
}

test('a server that does not answer times out', async (t) => {
  const instance = await serve(t, () => {});
  assert.equal(((await grpcCheck({ timeout: 50 })(instance, { signal: signal() })) as CheckFailure).cause, 'timeout');
  assert.equal(((await grpcCheck()(instance, { signal: AbortSignal.abort() })) as CheckFailure).cause, 'timeout');
});

test('a refused connection fails as connect, and a server that speaks something else fails', async () => {
  const server = createTcpServer((socket) =>
    socket
      .on('error', () => {})
      .resume()
      .end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const instance = { id: 'a', host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const answer = (await grpcCheck()(instance, { signal: signal() })) as CheckFailure;
  assert.equal(answer.kind, 'failure');
  assert.notEqual(answer.cause, 'timeout');
  await new Promise((resolve) => server.close(resolve));
  assert.equal(((await grpcCheck()(instance, { signal: signal() })) as CheckFailure).cause, 'connect');
});
