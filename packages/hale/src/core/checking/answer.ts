// What a check's answer means. A check is foreign code: whatever it returns or throws becomes an outcome with source
// `check`, and nothing of the answer itself is kept. Generous reading would be the wrong way: a truthy object (a fetch
// Response with status 500, say) taken for success would vouch for a broken instance, so only `true` and a well-formed
// outcome do.

import type { FailureCause, Outcome } from '../model/index.ts';
import { FAILURE_CAUSES, describe } from '../model/index.ts';

export interface Verdict {
  readonly outcome: Outcome;
  /** Good, failed, or undefined when the check says nothing. */
  readonly passed: boolean | undefined;
  /** Why it failed, on one line, at most 200 characters. */
  readonly reason?: string;
}

/** Reads an answer of any shape. `latencyMs` is used where the answer has no latency of its own. Never throws. */
export function readAnswer(answer: unknown, latencyMs: number): Verdict {
  if (answer === true) return passed(latencyMs);
  if (answer === false) return failed('check', latencyMs, 'the check answered false');
  try {
    // Getters of a foreign object may throw; they are read once, here.
    const { kind, cause, latencyMs: own, retryAfterMs, reason } = Object(answer) as Record<string, unknown>;
    const measured = isDuration(own) ? own : latencyMs;
    if (kind === 'success') return passed(measured);
    if (kind === 'ignored') return ignored;
    if (kind === 'failure') {
      const known = FAILURE_CAUSES.includes(cause as FailureCause) ? (cause as FailureCause) : 'check';
      return failed(known, measured, typeof reason === 'string' ? reason : `the check answered ${known}`, retryAfterMs);
    }
  } catch (error) {
    return readThrown(error, latencyMs);
  }
  return failed('check', latencyMs, `the check answered ${describe(answer)}, expected true, false or an outcome`);
}

/** What was thrown or rejected with, of any type. Never throws. */
export function readThrown(error: unknown, latencyMs: number): Verdict {
  return failed('check', latencyMs, `the check threw ${messageOf(error)}`);
}

/** Its time is over. */
export function readTimeout(timeoutMs: number): Verdict {
  return failed('timeout', timeoutMs, `no answer within ${Math.round(timeoutMs)} ms`);
}

/** A check that says nothing. */
export const ignored: Verdict = { outcome: { kind: 'ignored', source: 'check' }, passed: undefined };

function passed(latencyMs: number): Verdict {
  const outcome: Outcome = isDuration(latencyMs)
    ? { kind: 'success', latencyMs, source: 'check' }
    : { kind: 'success', source: 'check' };
  return { outcome, passed: true };
}

function failed(cause: FailureCause, latencyMs: number, reason: string, retryAfterMs?: unknown): Verdict {
  const outcome: Outcome = {
    kind: 'failure',
    cause,
    ...(isDuration(latencyMs) ? { latencyMs } : {}),
    ...(isDuration(retryAfterMs) ? { retryAfterMs } : {}),
    source: 'check',
  };
  // Who asks for patience is not asked sooner for it, as after a failed check.
  return { outcome, passed: cause === 'overload' ? undefined : false, reason: line(reason) };
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Infinity;
}

function messageOf(error: unknown): string {
  try {
    if (error instanceof Error) return String(error.message || error.name);
  } catch {
    // A proxy or a getter of its own: described by its type.
  }
  return describe(error);
}

// It comes from the network and ends in logs and terminals: no line breaks, no escape sequences.
function line(text: string): string {
  return text.slice(0, 200).replace(/\p{Cc}+/gu, ' ');
}
