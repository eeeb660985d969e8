// May this request be sent again, to another instance?
//
// One written rule, asked in this order so that the answer names the first thing that stands in the way:
//   1. attempts are left: attempt <= retries.max;
//   2. it can still be sent: its body is at hand or was never touched (`replayable`);
//   3. it does no harm twice: the method is idempotent, or the caller says so, or no byte of it reached the instance.
//      A time-out is no exception: a request that was delivered may still be at work behind it, and a second one adds
//      to the load that made it slow. Repeating a prompt of 100 000 tokens after each time-out is the known disaster;
//   4. it has not broken too many already: an instance whose connection broke or that fell silent under this request
//      may have been killed by it, and a "query of death" must not visit the whole fleet (kills < retries.maxKills).
//      When its key is blamed for what it does everywhere, each of its failures counts like that;
//   5. the budget has one left. It pays later, when the next attempt has found its instance (`withdraw`): whoever paid
//      here for a retry that nobody can take would have spent the budget when the others come back.
// That the next attempt goes to another instance is the pick's affair: the caller excludes those that were tried.

import type { FailureCause, Settings } from '../model/index.ts';
import type { RetryBudget } from './budget.ts';

/** What is known of a request when an attempt has failed. */
export interface RetryQuestion {
  /** Attempts made so far, the failed one included: at least 1. Count those made by a caller in front as well. */
  readonly attempt: number;
  /** Why the last attempt failed. */
  readonly cause: FailureCause;
  /** It may be carried out twice: by its method (`isIdempotent`) or by the caller's word. */
  readonly idempotent: boolean;
  /** Any byte of the request has reached the instance, or may have. */
  readonly delivered: boolean;
  /** It can be sent again whole: nothing of its body was consumed, or all of it is kept. */
  readonly replayable: boolean;
  /** Instances that broke under this request so far (attempts whose cause `isKill`). */
  readonly kills: number;
  /** Its key is blamed: whatever its attempts met counts as if they had broken their instances. Default false. */
  readonly suspected?: boolean;
}

/** `allowed`, or the first thing that stands in the way. */
export type RetryVerdict = 'allowed' | 'attempts' | 'not-replayable' | 'unsafe' | 'kills' | 'budget';

type RetryLimits = Pick<Settings['retries'], 'max' | 'maxKills'>;

/** The verdict. Takes nothing. */
export function retryVerdict(
  question: RetryQuestion,
  retries: RetryLimits,
  budget: RetryBudget,
  now: number,
): RetryVerdict {
  // Written so that NaN refuses.
  if (!(question.attempt <= retries.max)) return 'attempts';
  if (!question.replayable) return 'not-replayable';
  if (question.delivered && !question.idempotent) return 'unsafe';
  const kills = question.suspected === true ? Math.max(question.kills, question.attempt) : question.kills;
  if (!(kills < retries.maxKills)) return 'kills';
  return budget.hasOne(now) ? 'allowed' : 'budget';
}

/**
 * Whether an attempt that ended so may have broken its instance. A refused connection or an answer, of whatever status,
 * shows an instance that was not broken by this request.
 */
export function isKill(cause: FailureCause): boolean {
  return cause === 'reset' || cause === 'timeout';
}
