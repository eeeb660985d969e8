// The user's own rules of what counts as a failure: `classify: [{ status: '500-599', header: { name: 'x-fault', matches:
// 'client*' }, as: 'ignored' }]`.
//
// The first rule whose conditions all hold decides; what no rule speaks of is judged as always. Compiled once: a table
// of the 500 statuses tells where to begin, so that an answer of which no rule speaks costs one read.
//
// Header values come from instances, so a pattern is text with `*` and not a regular expression: matching is linear in
// the value, whatever is sent. The obvious wrong way, `new RegExp(matches)`, hands every instance a way to stop the process.

import type { FailureCause, Fault, Outcome } from '../model/index.ts';
import { describe, FAILURE_CAUSES } from '../model/index.ts';
import { classifyError } from './classify-error.ts';
import { FAILURE, IGNORED, SUCCESS } from './classify-outcomes.ts';
import { classifyStatus, overload } from './classify-status.ts';

export interface ClassifyRule {
  /** A status, a range such as `'500-599'`, or a list of these; at most 100. */
  readonly status?: number | string | readonly (number | string)[];
  /** What the result would be judged as without rules. */
  readonly cause?: FailureCause;
  /** A header of the answer: its name in any case, and what its value must be, `*` standing for any text, in any case. */
  readonly header?: { readonly name: string; readonly matches: string };
  readonly as: 'success' | 'ignored' | Exclude<FailureCause, 'check'>;
}

/** Reads a header of an answer by its name in lower case. */
export type HeaderReader = (name: string) => string | undefined;

export interface Classifier {
  /** The outcome of an answer; `nowWallMs` as in `classifyStatus`. */
  answer(status: number, header: HeaderReader, nowWallMs?: number): Outcome;
  /** The outcome of an error; rules that ask for a status or a header do not apply. */
  error(error: unknown): Outcome;
}

/** The rules as a classifier, with `last` (right ones) after them. Every fault is pushed to `faults`, and a rule that has one is left out. */
export function compileClassify(
  rules: unknown,
  faults: Fault[],
  path = 'classify',
  last: readonly ClassifyRule[] = [],
): Classifier {
  const compiled: Rule[] = [];
  if (rules !== undefined) {
    if (!Array.isArray(rules) || rules.length > MOST_RULES) {
      faults.push({ path, expected: `a list of at most ${MOST_RULES} rules`, received: describe(rules) });
    } else {
      for (let i = 0; i < rules.length; i++) {
        const rule = compileRule(rules[i], faults, `${path}[${i}]`);
        if (rule) compiled.push(rule);
      }
    }
  }
  for (const rule of last) compiled.push(compileRule(rule, [], path)!);
  return classifierOf(compiled);
}

interface Rule {
  /** 1 for each status (less 100) that it speaks of; undefined when it asks for none. */
  readonly statuses: Uint8Array | undefined;
  readonly cause: FailureCause | undefined;
  readonly headerName: string;
  /** The pattern between its asterisks, in lower case; undefined when it asks for no header. */
  readonly pieces: readonly string[] | undefined;
  readonly as: ClassifyRule['as'];
}

const MOST_RULES = 100;
const RULE_KEYS = ['status', 'cause', 'header', 'as'];
const AS: readonly string[] = ['success', 'ignored', ...FAILURE_CAUSES.filter((cause) => cause !== 'check')];
const STATUSES = 500;

function classifierOf(rules: readonly Rule[]): Classifier {
  // For each status the first rule that may speak of it; `rules.length` when none does.
  const first = new Uint8Array(STATUSES);
  for (let i = 0; i < STATUSES; i++) {
    const index = rules.findIndex((rule) => rule.statuses === undefined || rule.statuses[i] === 1);
    first[i] = index < 0 ? rules.length : index;
  }
  return {
    answer(status, header, nowWallMs) {
      const retryAfter = status === 429 || status === 503 ? header('retry-after') : undefined;
      const outcome = classifyStatus(status, retryAfter, nowWallMs);
      const place = status - 100;
      for (let i = first[place] ?? 0; i < rules.length; i++) {
        if (!speaksOf(rules[i], place, outcome, header)) continue;
        if (rules[i].as === 'overload')
          return outcomeCause(outcome) === 'overload' ? outcome : overload(header('retry-after'), nowWallMs);
        return outcomeOf(rules[i].as);
      }
      return outcome;
    },
    error(error) {
      const outcome = classifyError(error);
      const rule = rules.find(
        (candidate) =>
          candidate.statuses === undefined &&
          candidate.pieces === undefined &&
          candidate.cause === outcomeCause(outcome),
      );
      return rule ? outcomeOf(rule.as) : outcome;
    },
  };
}

function speaksOf(rule: Rule, place: number, outcome: Outcome, header: HeaderReader): boolean {
  if (rule.statuses !== undefined && rule.statuses[place] !== 1) return false;
  if (rule.cause !== undefined && rule.cause !== outcomeCause(outcome)) return false;
  if (rule.pieces === undefined) return true;
  const value = header(rule.headerName);
  return value !== undefined && matches(value.slice(0, 8192).toLowerCase(), rule.pieces);
}

function outcomeCause(outcome: Outcome): FailureCause | undefined {
  return outcome.kind === 'failure' ? outcome.cause : undefined;
}

function outcomeOf(as: ClassifyRule['as']): Outcome {
  return as === 'success' ? SUCCESS : as === 'ignored' ? IGNORED : FAILURE[as];
}

// The first piece at the start, the last at the end, those between in their order, each at its first place: with `*`
// alone as a wildcard the first place is never a wrong one.
function matches(value: string, pieces: readonly string[]): boolean {
  const last = pieces[pieces.length - 1];
  if (pieces.length === 1) return value === last;
  if (!value.startsWith(pieces[0])) return false;
  let from = pieces[0].length;
  for (let i = 1; i < pieces.length - 1; i++) {
    const at = value.indexOf(pieces[i], from);
    if (at < 0) return false;
    from = at + pieces[i].length;
  }
  return value.length - last.length >= from && value.endsWith(last);
}

function compileRule(rule: unknown, faults: Fault[], path: string): Rule | undefined {
  const before = faults.length;
  const fault = (key: string, expected: string, value: unknown): undefined => {
    faults.push({ path: key ? `${path}.${key}` : path, expected, received: describe(value) });
    return undefined;
  };
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule))
    return fault('', 'a rule { status, cause, header, as }', rule);
  for (const key of Object.keys(rule))
    if (!RULE_KEYS.includes(key)) fault(key, 'no such option', (rule as Record<string, unknown>)[key]);
  const own = (key: string): unknown => (Object.hasOwn(rule, key) ? (rule as Record<string, unknown>)[key] : undefined);
  const status = own('status');
  const cause = own('cause');
  const header = own('header');
  const as = own('as');
  if (status === undefined && cause === undefined && header === undefined)
    fault('', 'at least one of status, cause and header', rule);
  if (typeof as !== 'string' || !AS.includes(as)) fault('as', AS.map((name) => `'${name}'`).join(' or '), as);
  if (cause !== undefined && !FAILURE_CAUSES.includes(cause as FailureCause))
    fault('cause', FAILURE_CAUSES.map((name) => `'${name}'`).join(' or '), cause);
  const statuses = status === undefined ? undefined : readStatuses(status);
  if (status !== undefined && statuses === undefined)
    fault('status', "a status from 100 to 599, a range such as '500-599', or a list of at most 100 of them", status);
  const condition = header === undefined ? undefined : readHeader(header);
  if (header !== undefined && condition === undefined)
    fault(
      'header',
      '{ name, matches }: a header name, and a text of 1 to 1000 characters with at most 10 asterisks',
      header,
    );
  if (faults.length > before) return undefined;
  return {
    statuses,
    cause: cause as FailureCause | undefined,
    headerName: condition?.name ?? '',
    pieces: condition?.pieces,
    as: as as ClassifyRule['as'],
  };
}

function readStatuses(value: unknown): Uint8Array | undefined {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (entries.length === 0 || entries.length > 100) return undefined;
  const statuses = new Uint8Array(STATUSES);
  for (const entry of entries) {
    const match =
      typeof entry === 'number' || typeof entry === 'string'
        ? /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(String(entry))
        : null;
    if (!match) return undefined;
    const from = Number(match[1]);
    const to = Number(match[2] ?? match[1]);
    if (to < from) return undefined;
    statuses.fill(1, from - 100, to - 99);
  }
  return statuses;
}

function readHeader(value: unknown): { name: string; pieces: readonly string[] } | undefined {
  if (
    typeof value !== 'object' ||
    value === null ||
    Object.keys(value).some((key) => key !== 'name' && key !== 'matches')
  )
    return undefined;
  const { name, matches: pattern } = value as { name?: unknown; matches?: unknown };
  // A token of RFC 9110 section 5.6.2.
  if (typeof name !== 'string' || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/.test(name)) return undefined;
  if (typeof pattern !== 'string' || pattern.length < 1 || pattern.length > 1000) return undefined;
  const pieces = pattern.toLowerCase().split('*');
  return pieces.length <= 11 ? { name: name.toLowerCase(), pieces } : undefined;
}
