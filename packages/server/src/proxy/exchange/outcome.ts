// What happened on the wire, in the engine's words. Whose fault it is says the service's classifier.

import type { FailureCause, Outcome, Service } from 'hale';
import type { Sent } from '../attempt.ts';
import type { RelayEnd } from '../client.ts';
import { valuesOf } from '../http1/index.ts';

/** What an attempt says of its instance. */
export function outcomeOf({ classifier }: Service, sent: Exclude<Sent, { kind: 'abandoned' }>): Outcome {
  if (sent.kind === 'failed') return classifier.error(sent.failure.error);
  const { status, fields } = sent.answer;
  // A Retry-After may be a date, and only the wall clock knows dates.
  const wallMs = status === 429 || status === 503 ? Date.now() : undefined;
  return classifier.answer(status, (name) => valuesOf(fields, name)[0], wallMs);
}

/** How passing on ended counts more than how it began, unless the instance had failed already. */
export function outcomeOfRelay(end: RelayEnd, outcome: Outcome): Outcome {
  if (end === 'complete' || outcome.kind === 'failure') return outcome;
  if (end === 'left') return { kind: 'ignored' };
  return {
    kind: 'failure',
    cause: end === 'broken' ? 'reset' : end === 'stalled' ? 'timeout' : ('other' satisfies FailureCause),
  };
}
