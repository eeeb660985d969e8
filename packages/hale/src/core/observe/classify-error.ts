// What a client threw instead of an answer becomes an outcome.
//
// Judged by stable codes and names, never by messages. Three kinds are not the instance's fault and are ignored: the
// caller gave up (AbortError), the caller misused its client (invalid argument), and this process ran out of descriptors,
// ports or memory. The last is easily missed: with every instance "failing" at EMFILE, a balancer would empty the fleet
// because of its own leak. What is not known is `other`: a failure, since the call did not succeed.
//
// Where it fails: a certificate that is wrong at our end (an outdated authority) looks like a fleet of bad instances.

import type { Outcome } from '../model/index.ts';
import { FAILURE, IGNORED } from './classify-outcomes.ts';
import { classifyGrpc } from './classify-grpc.ts';
import { classifyStatus } from './classify-status.ts';

/**
 * The outcome of anything thrown. Looks at `code`, `name` and `cause` (fetch wraps the socket's error), at most five
 * deep. Never throws, whatever the value's own getters do.
 */
export function classifyError(error: unknown): Outcome {
  try {
    return judge(error, 0) ?? FAILURE.other;
  } catch {
    return FAILURE.other;
  }
}

function judge(error: unknown, depth: number): Outcome | undefined {
  if (typeof error !== 'object' || error === null || depth > 4) return undefined;
  const { name, code, syscall, cause, errors } = error as Record<string, unknown>;
  // A time-out of a connect is told only by the system call beside it.
  if (code === 'ETIMEDOUT') return syscall === 'connect' ? FAILURE.connect : FAILURE.timeout;
  // A Unix socket that is not there or not ours; without the system call beside it, the caller's own file.
  if ((code === 'ENOENT' || code === 'EACCES') && syscall !== 'connect') return undefined;
  if (typeof code === 'string') {
    const outcome = BY_CODE.get(code) ?? (CERTIFICATE.test(code) ? FAILURE.connect : undefined);
    if (outcome !== undefined) return outcome;
    const { statusCode } = error as Record<string, unknown>;
    if (code.startsWith('UND_ERR_RESPONSE') && typeof statusCode === 'number') return classifyStatus(statusCode);
  }
  // grpc-js errors carry a number, and their trailers as metadata.
  if (typeof code === 'number' && 'metadata' in error) return classifyGrpc(code);
  const byName = typeof name === 'string' ? BY_NAME.get(name) : undefined;
  if (byName !== undefined) return byName;
  // Happy Eyeballs tries several addresses and throws all of their errors; the first speaks for them.
  return judge(cause, depth + 1) ?? (Array.isArray(errors) ? judge(errors[0], depth + 1) : undefined);
}

const CERTIFICATE =
  /^(?:ERR_TLS_CERT_|CERT_|UNABLE_TO_(?:VERIFY|GET)_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|HOSTNAME_MISMATCH)/;

const BY_CODE: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  // Nothing reached the instance.
  ...each(
    FAILURE.connect,
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'EHOSTDOWN',
    'ENETUNREACH',
    'ENETDOWN',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EAI_FAIL',
    'ENOENT',
    'EACCES',
  ),
  ...each(FAILURE.connect, 'UND_ERR_CONNECT_TIMEOUT', 'ConnectionRefused', 'FailedToOpenSocket'),
  // It did not answer in time.
  ...each(FAILURE.timeout, 'ESOCKETTIMEDOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'HALE_TIMEOUT'),
  // The connection broke.
  ...each(
    FAILURE.reset,
    'ECONNRESET',
    'EPIPE',
    'ECONNABORTED',
    'ENOTCONN',
    'UND_ERR_SOCKET',
    'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
    'ConnectionClosed',
  ),
  ...each(
    FAILURE.reset,
    'ERR_STREAM_PREMATURE_CLOSE',
    'ERR_HTTP2_STREAM_ERROR',
    'ERR_HTTP2_SESSION_ERROR',
    'ERR_HTTP2_GOAWAY_SESSION',
  ),
  // The caller gave up, closed its client or misused it.
  ...each(
    IGNORED,
    'ABORT_ERR',
    'ERR_CANCELED',
    'UND_ERR_ABORTED',
    'UND_ERR_CLOSED',
    'UND_ERR_DESTROYED',
    'UND_ERR_INVALID_ARG',
    'UND_ERR_NOT_SUPPORTED',
  ),
  ...each(
    IGNORED,
    'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
    'ERR_INVALID_ARG_TYPE',
    'ERR_INVALID_ARG_VALUE',
    'ERR_INVALID_URL',
    'ERR_INVALID_CHAR',
  ),
  // This process has no more of something.
  ...each(
    IGNORED,
    'EMFILE',
    'ENFILE',
    'ENOBUFS',
    'ENOMEM',
    'EADDRNOTAVAIL',
    'HALE_NO_INSTANCE',
    'HALE_CLOSED',
    'HALE_CONFIG',
  ),
]);

const BY_NAME: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ['AbortError', IGNORED],
  ['TimeoutError', FAILURE.timeout], // what AbortSignal.timeout() throws
  ['ConnectionRefused', FAILURE.connect], // Deno tells them by name
  ['ConnectionReset', FAILURE.reset],
  ['ConnectionAborted', FAILURE.reset],
  ['BrokenPipe', FAILURE.reset],
]);

function each(outcome: Outcome, ...keys: string[]): [string, Outcome][] {
  return keys.map((key) => [key, outcome]);
}
