// One request, as its caller sends it: the work takes as long wherever it is sent, so that policies are compared on the
// same work.

import type { FailureCause } from '../core/model/index.ts';
import type { Method } from '../faults/index.ts';

export interface Request {
  readonly arrivedAt: number;
  readonly workMs: number;
  /** From the head of the answer to its end. */
  readonly streamMs: number;
  readonly method: Method;
  readonly isPoison: boolean;
  /** Whose it is and what it asks for, where the scenario says so. */
  readonly key?: string | undefined;
  readonly route?: string | undefined;
}

/** How an attempt ended. `ignored`: its caller wants it no more, which says nothing of the instance. */
export type Ending = 'good' | 'ignored' | FailureCause;
