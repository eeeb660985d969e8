// The language of the link. Plain data only: every message may have to cross a process.

import type { Fact, Outcome, Override, ServiceInstance } from 'hale';
import type { Config } from '../config/index.ts';
import type { ProblemCode } from '../proxy/index.ts';

/** From the primary: orders, carried out one after the other, and questions. */
export type ToWorker =
  /** Opens the listeners and forwards; answered with the addresses. The first order, given once. */
  | { readonly kind: 'start'; readonly config: Config; readonly pseudonym: string }
  | { readonly kind: 'update'; readonly service: string; readonly instances: readonly ServiceInstance[] }
  | { readonly kind: 'override'; readonly service: string; readonly instance: string; readonly override: Override }
  | { readonly kind: 'drain'; readonly timeoutMs: number }
  /** Answered with the snapshots of all services. */
  | { readonly kind: 'inspect' }
  /** Answered with sentences. */
  | { readonly kind: 'explain'; readonly service: string; readonly instance: string | undefined };

/** From a worker. */
export type ToPrimary =
  /** A check is due; answered with its outcome. */
  | { readonly kind: 'check'; readonly service: string; readonly instance: ServiceInstance; readonly timeoutMs: number }
  | { readonly kind: 'fact'; readonly fact: Fact }
  /** An exchange broke for a reason that is hale's own: a bug, told in one line. */
  | { readonly kind: 'bug'; readonly error: string }
  /** The proxy answered so many clients by itself since it told of this code last; at most once a second. */
  | { readonly kind: 'refusal'; readonly code: ProblemCode; readonly count: number }
  /** Outcomes can no longer be recorded, for this reason; or, without one, they are again. */
  | { readonly kind: 'record'; readonly reason: string | undefined };

export type CheckReport = boolean | Outcome;
