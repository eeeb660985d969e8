// What each fault of the catalogue takes beside its name, as data: whoever reads a fault that somebody wrote down judges it
// by this table, and the documentation is made from it.
//
// The types hold the table against `Fault`: a fault or a parameter that is missing here, or too many, does not compile.
// Bounds are those beyond which a number is a slip and no incident: work 10,000 times as long is a black hole.

import type { Fault, FaultName } from './fault.ts';

/** One number or word. Durations in milliseconds; both ends are allowed, `above` excludes the lower one. */
export type Parameter =
  | {
      readonly kind: 'number' | 'duration';
      readonly min: number;
      readonly max: number;
      readonly above?: true;
      readonly whole?: true;
    }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'text'; readonly pattern: RegExp; readonly expected: string };

type Of<N extends FaultName> = Extract<Fault, { readonly name: N }>;

/** May it be left out? */
type Entry<F, K extends keyof F> =
  Record<never, never> extends Pick<F, K> ? Parameter & { readonly isOptional: true } : Parameter;

const DAY_MS = 86_400_000;

const SHARE: Parameter = { kind: 'number', min: 0, max: 1 };
const FACTOR: Parameter = { kind: 'number', min: 0, max: 10_000, above: true };
/** A shorter one would break a connection more often than a request takes. */
const PERIOD: Parameter = { kind: 'duration', min: 10, max: 7 * DAY_MS };
const SPAN: Parameter = { kind: 'duration', min: 0, max: 7 * DAY_MS };

const STATUS: Parameter = { kind: 'number', min: 400, max: 599, whole: true };

/** The path of a request, or any name for what it asks for. */
export const ROUTE: Parameter = {
  kind: 'text',
  pattern: /^[\x21-\x7e]{1,64}$/,
  expected: 'a route of at most 64 characters without spaces',
};

export const METHODS: Parameter = { kind: 'choice', choices: ['GET', 'PUT', 'POST'] };

export const PARAMETERS: {
  readonly [N in FaultName]: { readonly [K in Exclude<keyof Of<N>, 'name'>]-?: Entry<Of<N>, K> };
} = {
  refuse: {},
  blackhole: {},
  brownout: { share: SHARE, method: { ...METHODS, isOptional: true } },
  sinkhole: { status: STATUS },
  slow: { factor: FACTOR },
  gray: { share: SHARE, factor: FACTOR },
  cold: { factor: FACTOR, warmMs: SPAN },
  flapping: { periodMs: PERIOD, downShare: SHARE },
  leak: { fullMs: SPAN, factor: FACTOR },
  pauses: { everyMs: PERIOD, lengthMs: SPAN },
  // 0: once.
  resets: { everyMs: SPAN },
  truncated: { share: SHARE },
  overload: { perSecond: { kind: 'number', min: 0, max: 1e6, above: true }, retryAfterMs: SPAN },
  poison: { by: { kind: 'choice', choices: ['error', 'reset'] } },
  'route-fails': { route: ROUTE, status: STATUS },
  'check-lies': { says: { kind: 'choice', choices: ['good', 'bad'] } },
};
