// One line of a record: what it should hold, and what it holds instead.
//
// A record is JSON lines. The first says what the file is, `{"hale":"record","version":1}`; a rotated file may begin with
// it again. Every other line is one outcome:
//   {"time":1764000000000.123,"service":"api","instance":"a","outcome":"failure","cause":"connect","latencyMs":12.3,
//    "source":"traffic"}
// `time` is Unix milliseconds at the END of the outcome; `cause` belongs to failures, `latencyMs` may be missing. Keys that
// are not known are passed over, so that a later recorder may say more. A field that is wrong costs the whole line: half an
// outcome (a failure of no cause, a time without an instance) would be a guess.

import type { FailureCause, OutcomeSource } from '../../core/model/index.ts';
import { FAILURE_CAUSES } from '../../core/model/index.ts';

/** The version of records that is read. */
export const RECORD_VERSION = 1;
/** Characters of a service's or an instance's id. */
export const LONGEST_ID = 256;
/** As far as the engine itself believes a latency: 2.8 hours. */
const LONGEST_LATENCY_MS = 1e7;
/** What a Date can hold. */
const LATEST_TIME = 8.64e15;
const LONGEST_EXCERPT = 80;

export interface RecordedOutcome {
  /** Unix ms, at its end. */
  readonly time: number;
  readonly service: string;
  readonly instance: string;
  readonly outcome: 'success' | 'failure' | 'ignored';
  /** Of failures only. */
  readonly cause: FailureCause | undefined;
  readonly latencyMs: number | undefined;
  readonly source: OutcomeSource;
}

/** What a line should have held, and what stood there; shortened. */
export interface Wrong {
  readonly expected: string;
  readonly received: string;
}

export type Line =
  | { readonly kind: 'outcome'; readonly outcome: RecordedOutcome }
  | { readonly kind: 'header' }
  /** A header of another file or another version: nothing behind it can be trusted. */
  | { readonly kind: 'foreign'; readonly wrong: Wrong }
  | { readonly kind: 'wrong'; readonly wrong: Wrong };

/** Reads one line that is not blank. Never throws. */
export function readLine(text: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return wrong('JSON', excerpt(text));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('an object', show(value));
  const fields = value as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(fields, 'hale') && !Object.hasOwn(fields, 'time')) return headerOf(fields);
  return outcomeOf(fields);
}

/** Wrong text as it is shown: one line, at most 80 characters. */
export function excerpt(text: string): string {
  // Cut first: what is wrong may be a megabyte. Control characters would let a file write on the terminal.
  const short = text.slice(0, LONGEST_EXCERPT + 1).replace(/\p{C}/gu, '\ufffd');
  return short.length > LONGEST_EXCERPT ? `${short.slice(0, LONGEST_EXCERPT - 1)}…` : short;
}

function headerOf({ hale, version }: Readonly<Record<string, unknown>>): Line {
  if (hale === 'record' && version === RECORD_VERSION) return { kind: 'header' };
  const received = hale === 'record' ? `version ${show(version)}` : `a file of ${show(hale)}`;
  return { kind: 'foreign', wrong: { expected: `a record of version ${RECORD_VERSION}`, received: excerpt(received) } };
}

function outcomeOf(fields: Readonly<Record<string, unknown>>): Line {
  const { time, service, instance, outcome, cause, latencyMs, source } = fields;
  if (typeof time !== 'number' || !(time >= 0 && time <= LATEST_TIME))
    return wrong('time: Unix milliseconds', show(time));
  if (!isId(service)) return wrong(`service: text of 1 to ${LONGEST_ID} characters`, show(service));
  if (!isId(instance)) return wrong(`instance: text of 1 to ${LONGEST_ID} characters`, show(instance));
  if (outcome !== 'success' && outcome !== 'failure' && outcome !== 'ignored')
    return wrong('outcome: success, failure or ignored', show(outcome));
  if (outcome === 'failure' && !isCause(cause)) return wrong(`cause: one of ${FAILURE_CAUSES.join(', ')}`, show(cause));
  if (latencyMs !== undefined && !(typeof latencyMs === 'number' && latencyMs >= 0 && latencyMs <= LONGEST_LATENCY_MS))
    return wrong(`latencyMs: 0 to ${LONGEST_LATENCY_MS}, or no such key`, show(latencyMs));
  if (source !== 'traffic' && source !== 'check' && source !== 'report')
    return wrong('source: traffic, check or report', show(source));
  const itsCause = outcome === 'failure' ? (cause as FailureCause) : undefined;
  return { kind: 'outcome', outcome: { time, service, instance, outcome, cause: itsCause, latencyMs, source } };
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= LONGEST_ID;
}

function isCause(value: unknown): value is FailureCause {
  return (FAILURE_CAUSES as readonly unknown[]).includes(value);
}

function wrong(expected: string, received: string): Line {
  return { kind: 'wrong', wrong: { expected, received } };
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : excerpt(typeof value === 'string' ? `'${value}'` : JSON.stringify(value));
}
