// What hale itself says in an answer: its refusals, and the fields that tell of instances and attempts.

import type { Service } from 'hale';
import { problem } from '../problem.ts';
import type { Problem } from '../problem.ts';

/** Why nobody was picked. */
export function refusalOf(service: Service): Problem {
  if (service.refusal === 'full') return problem('overloaded', 'Every instance has as many requests as it may.');
  return problem('no-instance', 'No instance can take the request now.');
}

/** Seconds, as the field wants them: at least one, so that nobody comes back at once. */
export function retryAfter(service: Service): string {
  return String(Math.max(1, Math.ceil((service.nextChangeInMs() ?? 0) / 1000)));
}

/** In every answer of hale's own, and in every answer when instances may be shown. */
export function attemptsField(attempts: number): string[] {
  return ['x-hale-attempts', String(attempts)];
}

/** The same with the instance that answered. */
export function instanceFields(id: string, attempts: number): string[] {
  return ['x-hale-instance', writable(id), ...attemptsField(attempts)];
}

/** Without what only hale says of instances and attempts: an instance's own word would be taken for it. */
export function withoutOurs(fields: readonly string[]): readonly string[] {
  if (!fields.some((field, at) => at % 2 === 0 && OURS.test(field))) return fields;
  return fields.filter((_, at) => !OURS.test(fields[at - (at % 2)]));
}

const OURS = /^x-hale-(?:instance|attempts)$/i;

// Ids may hold any character, even half of one, at which the encoding would throw; fields may not.
function writable(id: string): string {
  return /^[\x21-\x7e]+$/.test(id) ? id : encodeURIComponent(id.replaceAll(/\p{Surrogate}/gu, '\ufffd'));
}
