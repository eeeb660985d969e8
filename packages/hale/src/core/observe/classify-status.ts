// An HTTP answer becomes an outcome.
//
// An answer below 400 is good. A client error (4xx) is the request's fault and says nothing of the instance, or else one
// client with broken requests could empty the fleet. 429, and 503 with a Retry-After that can be read, ask for patience:
// that is capacity, not health. Any other 5xx is the instance's failure.
//
// Where it fails: some applications answer 500 to a bad request, or 200 with an error inside. For them there are rules
// (`classify-rules.ts`).

import type { Outcome } from '../model/index.ts';
import { FAILURE, IGNORED, SUCCESS } from './classify-outcomes.ts';
import { parseRetryAfter } from './classify-retry-after.ts';

/**
 * The outcome of an HTTP answer. `retryAfter` is the header as it came; `nowWallMs` is the wall clock (ms since 1970),
 * without which a Retry-After that is a date is ignored. Shared, frozen objects but for a pause: nothing is allocated.
 * A status that is no whole number from 100 to 599 is a failure (`other`).
 */
export function classifyStatus(status: number, retryAfter?: string, nowWallMs?: number): Outcome {
  if (!Number.isInteger(status) || status < 100 || status > 599) return FAILURE.other;
  if (status < 400) return SUCCESS;
  if (status === 429) return overload(retryAfter, nowWallMs);
  if (status < 500) return IGNORED;
  if (status === 503 && retryAfter !== undefined) {
    const paused = overload(retryAfter, nowWallMs);
    if (paused !== FAILURE.overload) return paused;
  }
  return FAILURE['server-error'];
}

/** A failure by overload, with the pause that the instance asked for when it can be read. */
export function overload(retryAfter: string | undefined, nowWallMs: number | undefined): Outcome {
  const retryAfterMs = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, nowWallMs);
  return retryAfterMs === undefined ? FAILURE.overload : { kind: 'failure', cause: 'overload', retryAfterMs };
}
