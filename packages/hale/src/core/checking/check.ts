// The contract of an active check: a question put to an instance without a client's request.
//
// A check says what it saw and decides nothing. How many failed checks take an instance out, and how many good ones let
// trials begin, are the engine's rules (`check.fall`, `check.rise`), so that a check is three lines to write.

import type { Outcome, ServiceInstance } from '../model/index.ts';

export interface CheckContext {
  /** Aborted when the check's time is over or the checks are stopped. What ignores it is not waited for. */
  readonly signal: AbortSignal;
}

/**
 * `true` is a good check, `false` a failed one; an outcome may say more. Anything else is a failed check.
 * A failure by `overload` (a health endpoint's 429, say) is neither: the instance asks for patience, as it may of any
 * request, and is not picked for `retryAfterMs` (without it 1 s, doubled per repeat). It touches neither score nor circuit.
 */
export type CheckAnswer = boolean | Outcome;

/**
 * Asks one instance. Throwing or rejecting is a failed check. It is never called again for an instance while its promise
 * for that instance is pending, so a check that ignores its signal and never settles loses its own instance only.
 */
export type Check = (instance: ServiceInstance, context: CheckContext) => CheckAnswer | Promise<CheckAnswer>;

/** A failure that says why in words; the checks of `hale/checks` answer with it. */
export type CheckFailure = Extract<Outcome, { kind: 'failure' }> & { readonly reason: string };
