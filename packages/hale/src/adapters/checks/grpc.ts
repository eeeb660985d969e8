// The gRPC check: Health/Check of grpc.health.v1 (health-checking.md) over node:http2, on a connection of its own.
// Only SERVING is good. A server without the health service answers UNIMPLEMENTED, which is a failed check: whoever
// configures this check expects an answer. node:http2 is loaded with the first check.

import type { ClientHttp2Session, ClientHttp2Stream, SecureClientSessionOptions } from 'node:http2';
import type { Check, CheckFailure } from '../../core/checking/index.ts';
import type { AddressRule } from './address-rule.ts';
import type { Asked } from './asking.ts';
import { checkBy } from './asking.ts';
import { failure } from './failure.ts';
import { SERVING, SERVING_STATUSES, decodeResponse, encodeRequest } from './grpc-wire.ts';
import { OptionReader, plainText } from './options.ts';

export interface GrpcCheckOptions {
  /** The name to ask for, up to 1024 characters. Default '': the server as a whole. */
  readonly service?: string;
  /** Instead of the instance's own port, 1 to 65535. */
  readonly port?: number;
  /** Beside `check.timeout`: a duration from 1 ms to 10 min, as text or milliseconds. */
  readonly timeout?: number | string;
}

/** A check by the gRPC health protocol; TLS when the instance's url is https. Throws `ConfigError` with all faults. */
export function grpcCheck(options?: GrpcCheckOptions): Check {
  return grpcCheckAt(options, '', []);
}

/** The same with the path of the options in a larger configuration, and keys that are someone else's there. */
export function grpcCheckAt(
  options: unknown,
  path: string,
  others: readonly string[],
  isForbidden?: AddressRule,
): Check {
  const reader = new OptionReader(options, path, ['service', 'port', 'timeout', ...others]);
  const request = encodeRequest(reader.read('service', 'a text of at most 1024 characters', plainText(0, 1024)) ?? '');
  const plan = { port: reader.port(), timeoutMs: reader.timeoutMs(), isForbidden };
  reader.finish();
  return checkBy(plan, async (asked) => judge(await ask(asked, request)));
}

/** A response is 7 bytes; ten times the name's bound is plenty for any later version. */
const MOST_RESPONSE_BYTES = 10_240;

interface Reply {
  readonly httpStatus: number;
  /** grpc-status and grpc-message, of the trailers or, when nothing else was sent, of the head. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly frame: Uint8Array;
}

function judge(reply: Reply): true | CheckFailure {
  if (reply.httpStatus !== 200) return failure('check', `it answered HTTP status ${reply.httpStatus} to a gRPC call`);
  if (reply.code !== '0') {
    return failure('check', `gRPC status ${reply.code ?? 'missing'}${reply.message ? `: ${reply.message}` : ''}`);
  }
  const status = decodeResponse(reply.frame);
  if (status === undefined) return failure('check', 'its answer is no HealthCheckResponse');
  return (
    status === SERVING || failure('check', `it is ${SERVING_STATUSES[status] ?? `in the unknown status ${status}`}`)
  );
}

async function ask({ origin, signal, lookup }: Asked, request: Uint8Array): Promise<Reply> {
  const http2 = await import('node:http2');
  signal.throwIfAborted();
  // Of the options for TLS, since those alone name a look-up; without TLS it is passed on as well.
  const options: SecureClientSessionOptions = { ...(lookup && { lookup }) };
  const session = http2.connect(origin, options);
  const abort = (): void => session.destroy(new Error('aborted'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await exchange(session, request);
  } finally {
    signal.removeEventListener('abort', abort);
    session.destroy();
  }
}

function exchange(session: ClientHttp2Session, request: Uint8Array): Promise<Reply> {
  return new Promise((resolve, reject) => {
    // Both stay: an error after the answer must not be an uncaught one.
    session.on('error', reject);
    session.on('close', () => reject(new Error('the connection was closed before the answer')));
    const stream: ClientHttp2Stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      'user-agent': 'hale-check',
      te: 'trailers',
    });
    const chunks: Uint8Array[] = [];
    let received = 0;
    let head: Readonly<Record<string, unknown>> = {};
    let trailers: Readonly<Record<string, unknown>> = {};
    stream.on('error', reject);
    stream.on('response', (headers) => (head = headers));
    stream.on('trailers', (headers) => (trailers = headers));
    stream.on('data', (chunk: Uint8Array) => {
      received += chunk.length;
      if (received > MOST_RESPONSE_BYTES) reject(new Error('its answer is too long'));
      else chunks.push(chunk);
    });
    stream.on('end', () => {
      const text = (name: string): string | undefined => (trailers[name] ?? head[name])?.toString();
      resolve({
        httpStatus: Number(head[':status'] ?? 0),
        code: text('grpc-status'),
        message: text('grpc-message'),
        frame: concat(chunks, received),
      });
    });
    stream.end(request);
  });
}

function concat(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
