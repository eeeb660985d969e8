// How one request, or one check, ended. A real answer and an active check are both an Outcome; `source` tells them apart.

/** Whose word it is: a request's own end, an active check, or the owner's `report`. */
export type OutcomeSource = 'traffic' | 'check' | 'report';

/**
 * What went wrong. `connect`: nothing reached the instance. `timeout`: no answer in time. `reset`: the connection broke.
 * `server-error`: it answered that it failed. `overload`: it asked for patience (429, or 503 with Retry-After).
 * `check`: an active check failed. `other`: anything else.
 */
export type FailureCause = 'connect' | 'timeout' | 'reset' | 'server-error' | 'overload' | 'check' | 'other';
export const FAILURE_CAUSES: readonly FailureCause[] = [
  'connect',
  'timeout',
  'reset',
  'server-error',
  'overload',
  'check',
  'other',
];

export type Outcome =
  | { readonly kind: 'success'; readonly latencyMs?: number; readonly source?: OutcomeSource }
  | {
      readonly kind: 'failure';
      readonly cause: FailureCause;
      readonly latencyMs?: number;
      /** With `overload`: how long the instance asked to be left alone. */
      readonly retryAfterMs?: number;
      readonly source?: OutcomeSource;
    }
  | { readonly kind: 'ignored'; readonly source?: OutcomeSource };

/** Numbers for the request path, where a string would have to be compared. Index into FAILURE_CAUSES. */
export const CONNECT = 0;
export const TIMEOUT = 1;
export const RESET = 2;
export const SERVER_ERROR = 3;
export const OVERLOAD = 4;
export const CHECK = 5;
export const OTHER = 6;

/** The number of a cause; anything unknown is `other`, since a wrong word must not throw on the request path. */
export function causeNumber(cause: FailureCause): number {
  const number = FAILURE_CAUSES.indexOf(cause);
  return number < 0 ? OTHER : number;
}
