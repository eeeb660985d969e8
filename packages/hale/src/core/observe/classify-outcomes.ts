// One shared, frozen object for each outcome that carries no number, so that classifying allocates nothing.

import type { FailureCause, Outcome } from '../model/index.ts';

export const SUCCESS: Outcome = Object.freeze({ kind: 'success' });
export const IGNORED: Outcome = Object.freeze({ kind: 'ignored' });

const failure = (cause: FailureCause): Outcome => Object.freeze({ kind: 'failure', cause });

export const FAILURE: Readonly<Record<FailureCause, Outcome>> = Object.freeze({
  connect: failure('connect'),
  timeout: failure('timeout'),
  reset: failure('reset'),
  'server-error': failure('server-error'),
  overload: failure('overload'),
  check: failure('check'),
  other: failure('other'),
});
