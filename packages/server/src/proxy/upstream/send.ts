// One attempt on one instance, on node:http: the request out, the head of the answer in.
//
// Three clocks watch it, one at a time. The connection has its own (`dial`). From the last byte sent, the instance has
// `responseMs` for the head. While the body is still going out, silence is the fault of whoever holds it up: an instance
// that takes no more bytes, or a client that brings none, and only the first is evidence.
//
// A connection that was used before can be closed by the instance just as a request is written to it. What comes back is
// a reset with nothing of an answer, as from an instance that broke; only that it comes within a round trip. Such a
// failure is marked `stale`, and the exchange repeats it on a fresh connection, which tells the truth.

import { request as httpRequest } from 'node:http';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { FORBIDDEN_ADDRESS } from 'hale/checks';
import type { Attempt, Dispatch, Endpoint, SendFailure, Sent } from '../attempt.ts';
import { isFramedOnce, safeTrailers, valuesOf } from '../http1/index.ts';
import type { Pool } from './pool.ts';
import { answerOf } from './receive.ts';

export interface SendLimits {
  readonly responseMs: number;
  readonly maxHeadBytes: number;
}

export function sendVia(pool: Pool, dispatch: Dispatch, limits: SendLimits): Attempt {
  const { body } = dispatch;
  let request: ClientRequest;
  let resolve!: (sent: Sent) => void;
  const sent = new Promise<Sent>((settle) => (resolve = settle));
  let isOver = false;
  let isConnected = false;
  const begunAt = performance.now();
  let sentAt = 0;
  /** NaN while the body is still going out. */
  let bodyOutAt = NaN;
  let stop: () => void = () => {};

  const finish = (result: Sent): void => {
    if (isOver) return;
    isOver = true;
    stop();
    if (result.kind !== 'answered') {
      body.detach();
      request?.destroy();
    }
    resolve(result);
  };
  const fail = (error: unknown): void => {
    const isStale = isConnected && request.reusedSocket && isCut(error) && performance.now() - sentAt < STALE_WITHIN_MS;
    const code = codeOf(error, isConnected);
    finish({
      kind: 'failed',
      failure: {
        code,
        // To whoever classifies, an answer that nobody can read is a connection that broke.
        error: code === 'bad-answer' ? { code: 'ECONNRESET', cause: error } : error,
        delivered: isConnected,
        stale: isStale,
      },
    });
  };
  const watch = (): void => {
    // Armed anew by each step forward, so it fires after silence only.
    const timer = setTimeout(() => {
      if (bodyOutAt >= 0 || request.writableNeedDrain) fail(silence());
      else finish({ kind: 'abandoned', stalled: true });
    }, limits.responseMs);
    stop = () => clearTimeout(timer);
    progress = () => void timer.refresh();
  };
  let progress: () => void = () => {};

  const start = (): void => {
    if (isOver) return;
    isConnected = true;
    sentAt = performance.now();
    watch();
    body.attach({
      write(chunk) {
        progress();
        return request.write(chunk);
      },
      end(trailers) {
        // A body of no bytes is out with the head, and needs no second look at the clock.
        bodyOutAt = body.isEmpty ? sentAt : performance.now();
        progress();
        const safe = safeTrailers(trailers);
        if (safe.length > 0 && !body.isEmpty) request.addTrailers(safe);
        request.end();
      },
    });
    // The head goes out even when the client has brought nothing of its body yet: it may wait for a `100 Continue`.
    if (Number.isNaN(bodyOutAt)) request.flushHeaders();
  };

  try {
    request = httpRequest({
      ...(dispatch.fresh ? { createConnection: () => pool.createConnection() } : { agent: pool }),
      host: dispatch.endpoint.host,
      port: dispatch.endpoint.port,
      method: dispatch.method,
      path: dispatch.path,
      headers: framed(dispatch),
      insecureHTTPParser: false,
      maxHeaderSize: limits.maxHeadBytes,
    });
  } catch (error) {
    fail(error);
    return { sent, cancel: () => {} };
  }
  request.maxHeadersCount = 0;
  request.once('socket', (socket: Socket) => {
    if (socket.connecting) socket.once('connect', start);
    else start();
  });
  request.on('drain', () => {
    progress();
    body.resume();
  });
  request.on('information', ({ statusCode, rawHeaders }) => {
    if (!dispatch.onInformation(statusCode, rawHeaders)) fail(nonsense('informational answers without end'));
  });
  request.on('error', fail);
  request.on('response', (response) => {
    if (!isFramedOnce(response.httpVersion, response.rawHeaders))
      return fail(nonsense('its length is told in no one way'));
    // The client's own time is left out: what it took to bring its body says nothing of the instance. The body may go on,
    // since an instance may answer while it reads; then there is no telling whose the time was (NaN).
    const waitedMs = performance.now() - bodyOutAt + (sentAt - begunAt);
    finish({ kind: 'answered', answer: answerOf(request, response), waitedMs });
  });
  // Nothing that is sent here asks for an upgrade. Without this the runtime would wait on for an answer.
  request.on('upgrade', (_response, socket) => {
    socket.destroy();
    fail(nonsense('an upgrade that nobody asked for'));
  });
  return { sent, cancel: () => finish({ kind: 'abandoned', stalled: false }) };
}

/** Beyond any round trip on earth: a later reset is no race but an instance that broke. */
const STALE_WITHIN_MS = 1000;

// What the runtime would get wrong with raw fields. Without a length it invents `chunked` for most methods, and a body of
// no bytes becomes a body; and it adds no Host, which an HTTP/1.0 client need not have sent.
function framed({ fields, body, method, endpoint }: Dispatch): string[] {
  const framedFields = [...fields];
  if (valuesOf(fields, 'host').length === 0) framedFields.unshift('Host', authorityOf(endpoint));
  if (valuesOf(fields, 'content-length').length === 0) {
    if (!body.isEmpty) framedFields.push('Transfer-Encoding', 'chunked');
    else if (!BODILESS.has(method)) framedFields.push('Content-Length', '0');
  }
  return framedFields;
}

const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

function authorityOf({ host, port }: Endpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function isCut(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function silence(): NodeJS.ErrnoException {
  return Object.assign(new Error('no answer in time'), { code: 'HALE_TIMEOUT' });
}

function nonsense(why: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`a bad answer: ${why}`), { code: 'HALE_BAD_ANSWER' });
}

function codeOf(error: unknown, isConnected: boolean): SendFailure['code'] {
  const code = String((error as NodeJS.ErrnoException | undefined)?.code);
  if (code === FORBIDDEN_ADDRESS) return 'forbidden-address';
  if (code === 'HALE_TIMEOUT') return 'response-timeout';
  if (code === 'HALE_BAD_ANSWER' || code.startsWith('HPE_')) return 'bad-answer';
  if (!isConnected) return code === 'ETIMEDOUT' ? 'connect-timeout' : 'connect-failed';
  return 'connection-reset';
}
