// Every key of a scenario with its range. The one truth of bounds: no other place knows them.
//
// The types hold the table against `Scenario`: a key that is missing here, or too many, does not compile. Ranges are far
// beyond any experiment that was made, and end where a number is a slip or a run would not; what only several keys say
// together (a million instances over a week) is in rules.ts, and what fits the memory is memory.ts's.

import type { ScriptLine } from '../../faults/index.ts';
import { CATALOGUE, METHODS, PARAMETERS, ROUTE } from '../../faults/index.ts';
import type { CallerKey, Callers, FleetShape, Load, Scenario, Watched, Work } from '../scenario.ts';
import type { Key, Keys, List, Mapping, Shape, Variants } from './shape.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 168 * HOUR_MS;
const MOST_ENTRIES = 10_000;

const whole = (min: number, max: number): Shape => ({ kind: 'number', min, max, whole: true });
const number = (min: number, max: number): Shape => ({ kind: 'number', min, max });
const above = (min: number, max: number): Shape => ({ kind: 'number', min, max, above: true });
const time = (min: number, max: number): Shape => ({ kind: 'duration', min, max });
const list = (of: Shape, least: number, most: number): List => ({ kind: 'list', of, least, most });

const key = (shape: Shape, doc: string): Key => ({ shape, doc });
const optional = (shape: Shape, doc: string): Key => ({ shape, doc, isOptional: true });

type KeysOf<T> = { readonly [K in keyof Required<T>]: Key };
type VariantKeys<U, By extends keyof U> = {
  readonly [V in U[By] & string]: KeysOf<Omit<Extract<U, { readonly [B in By]: V }>, By>>;
};

const WORK: VariantKeys<Work, 'kind'> = {
  lognormal: {
    meanMs: key({ kind: 'duration', min: 0, max: HOUR_MS, above: true }, 'Its mean.'),
    sigma: key(number(0, 4), 'Standard deviation of its logarithm; 0: always the mean.'),
    streamMs: optional(time(0, HOUR_MS), 'Streaming answers: mean time from the head to the end.'),
  },
  measured: { samplesMs: key(list(time(0, HOUR_MS), 1, MOST_ENTRIES), 'It is drawn from these.') },
};

const FLEET: KeysOf<FleetShape> = {
  instances: key(whole(1, 10_000), 'How many; they are called `0`, `1` and so on.'),
  workers: key(whole(1, 10_000), 'Requests that one instance works on at once.'),
  maxQueue: key(whole(0, 1e6), 'Requests that wait beyond those; what is more is answered 503.'),
  work: key({ kind: 'variants', by: 'kind', of: WORK }, 'Time that a request is worked on.'),
  speeds: optional(list(number(0.001, 1000), 1, MOST_ENTRIES), 'Work takes 1/speed as long; repeated over the fleet.'),
  priorities: optional(list(whole(0, 1000), 1, MOST_ENTRIES), 'Tiers, 0 is preferred; repeated over the fleet.'),
  weights: optional(list(number(1e-6, 1e6), 1, MOST_ENTRIES), 'Relative shares; repeated over the fleet.'),
};

const RATE = key(above(0, 1e6), 'Requests a second.');

const LOAD: VariantKeys<Load, 'kind'> = {
  steady: { perSecond: RATE },
  bursts: {
    perSecond: key(number(0, 1e6), 'Requests a second between bursts.'),
    peak: key(above(0, 1e6), 'Requests a second in a burst.'),
    everyMs: key(time(1, WEEK_MS), 'From the start of a burst to that of the next; the first is at 0.'),
    burstMs: key(time(1, WEEK_MS), 'How long a burst lasts.'),
  },
  daily: {
    perSecond: key(above(0, 1e6), 'Requests a second in the mean.'),
    swing: key(number(0, 1), 'By what share of the mean it rises and falls.'),
    periodMs: key(time(1, WEEK_MS), 'From one rise to the next.'),
  },
  // A list of its own size: one moment for each request.
  trace: { atMs: key({ ...list(time(0, WEEK_MS), 1, 1e6), isAscending: true }, 'When requests come, ascending.') },
};

const CALLER_KEY: KeysOf<CallerKey> = {
  key: key({ kind: 'text', pattern: /^[\x21-\x7e]{1,64}$/, expected: 'a name of at most 64 characters' }, 'Its name.'),
  share: key(number(0, 1), 'Its share of the requests.'),
  poisonShare: optional(number(0, 1), 'Share of its requests that do not count, and fail under the fault `poison`.'),
  route: optional(ROUTE, 'What it asks for, for the fault `route-fails`.'),
};

const CALLERS: KeysOf<Callers> = {
  timeoutMs: key(time(1, HOUR_MS), 'How long they wait for the head of an answer.'),
  retries: key(whole(0, 10), 'Retries of one request.'),
  retryBudget: key(number(0, 1), 'Retries as a share of the requests.'),
  hedgeAfterMs: key(time(0, HOUR_MS), 'A second copy goes out after so long; 0: never.'),
  method: key(METHODS, 'POST may not be repeated.'),
  poisonShare: key(number(0, 1), 'Share of the requests that are bad for every instance with the fault `poison`.'),
  keys: optional(list(mapping(CALLER_KEY), 0, 1000), 'Whose requests they are; the rest comes from 200 callers alike.'),
};

const WATCHED: KeysOf<Watched> = {
  instance: key(whole(0, 9999), 'Whose share is watched.'),
  failsAtMs: key(time(0, WEEK_MS), 'From when it fails.'),
  healsAtMs: optional(time(0, WEEK_MS), 'From when it is sound again.'),
};

export const FAULT: Variants = {
  kind: 'variants',
  by: 'name',
  of: Object.fromEntries(
    Object.entries(PARAMETERS).map(([name, parameters]) => [name, faultKeys(CATALOGUE[name as never], parameters)]),
  ),
};

const LINE: KeysOf<ScriptLine> = {
  at: key(time(0, WEEK_MS), 'When it begins.'),
  until: { shape: time(0, Infinity), doc: 'When it is over; absent: never.', fallback: Infinity },
  instance: key({ kind: 'instance' }, 'Whom it befalls.'),
  fault: key(FAULT, 'What it is, see below.'),
};

const STEP: KeysOf<NonNullable<Scenario['clockSteps']>[number]> = {
  atMs: key(time(0, WEEK_MS), 'When.'),
  byMs: key({ kind: 'duration', min: 0, max: WEEK_MS, above: true }, 'How far, forwards.'),
};

export const SCENARIO_KEYS: KeysOf<Scenario> = {
  name: key(
    {
      kind: 'text',
      pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
      expected: "a name of at most 64 letters, digits, '.', '_' and '-'",
    },
    'What it is called in tables.',
  ),
  doc: key(
    {
      kind: 'text',
      pattern: /^[^\x00-\x1f\x7f-\x9f\u2028\u2029]{0,400}$/,
      expected: 'one line of at most 400 characters',
    },
    'What happens, in one sentence.',
  ),
  lengthMs: key(time(1, WEEK_MS), 'How long requests come.'),
  fleet: key(mapping(FLEET), 'The instances.'),
  load: key({ kind: 'variants', by: 'kind', of: LOAD }, 'When requests come, whether or not others were answered.'),
  callers: key(mapping(CALLERS), 'Those who send them.'),
  checkEveryMs: key(time(0, 24 * HOUR_MS), 'Each balancer checks every instance so often; 0: never.'),
  balancers: key(whole(1, 100), 'Balancers in front of the fleet, each with its own view of it.'),
  script: key(list(mapping(LINE), 0, MOST_ENTRIES), 'Which faults befall whom, and when.'),
  judgedFromMs: key(time(0, WEEK_MS), 'Requests that come earlier do not count.'),
  watched: optional(mapping(WATCHED), 'The instance whose return is timed.'),
  clockSteps: optional(list(mapping(STEP), 0, 100), 'The clock that balancers read jumps.'),
};

function mapping(keys: Keys): Mapping {
  return { kind: 'mapping', keys };
}

function faultKeys({ doc }: { readonly doc: string }, parameters: Readonly<Record<string, object>>): Keys {
  return Object.fromEntries(Object.entries(parameters).map(([name, shape]) => [name, { doc, shape, ...shape } as Key]));
}
