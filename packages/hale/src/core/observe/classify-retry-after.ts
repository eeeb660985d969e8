// How long an instance asks to be left alone. Source: RFC 9110 section 10.2.3 (whole seconds, or a date).
//
// What does not follow the grammar is ignored rather than guessed: '-5', '1.5', '10, 20', '30s' are no wish. A huge number
// is a wish; the engine clamps it by `maxRetryAfter`, so that no instance can park itself for ever.

import { parseHttpDate } from './classify-http-date.ts';

/**
 * Milliseconds from now, at least 0; undefined when the value is no wish, or is a date and `nowWallMs` (ms since 1970) is
 * not given. A date in the past is 0. Finite, at most 2^53 - 1.
 */
export function parseRetryAfter(value: string, nowWallMs?: number): number | undefined {
  // Nobody means more than 64 characters; a header can hold 16 kB.
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER);
  if (nowWallMs === undefined || !Number.isFinite(nowWallMs)) return undefined;
  const at = parseHttpDate(text, nowWallMs);
  return at === undefined ? undefined : Math.max(0, at - nowWallMs);
}
