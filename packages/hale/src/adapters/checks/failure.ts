// How the ready checks say no: an outcome with its reason, rather than an exception, because a refused connection is an
// answer, not a fault of the check.

import type { CheckFailure } from '../../core/checking/index.ts';
import type { FailureCause } from '../../core/model/index.ts';
import { FORBIDDEN_ADDRESS } from './address-rule.ts';

export function failure(cause: FailureCause, reason: string): CheckFailure {
  return { kind: 'failure', cause, reason };
}

/** What broke underneath, of any runtime's shape: a system error, fetch's TypeError around one, or several of them. */
export function failureOf(error: unknown, signal: AbortSignal): CheckFailure {
  if (signal.aborted) return failure('timeout', 'no answer in time');
  const root = rootOf(error);
  const code = String(root.code ?? '');
  const words = [code, root.message]
    .filter((word, at) => word && !(at === 0 && root.message?.includes(code)))
    .join(' ');
  return failure(
    NEVER_REACHED.has(code) ? 'connect' : BROKEN.has(code) ? 'reset' : 'check',
    words || 'it failed without a word',
  );
}

const NEVER_REACHED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  FORBIDDEN_ADDRESS,
]);
const BROKEN: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

interface Coded {
  readonly code?: unknown;
  readonly message?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

// fetch wraps the system's error in `cause`; trying two addresses of a name wraps both in `errors`.
function rootOf(error: unknown): Coded {
  let found = Object(error) as Coded;
  for (let depth = 0; depth < 5; depth++) {
    const inner = found.cause ?? found.errors?.[0];
    if (typeof inner !== 'object' || inner === null) break;
    found = inner as Coded;
  }
  return found;
}
