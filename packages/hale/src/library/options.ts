// Options as callers write them -> what the engine is made of, with every fault at once and nothing half made.

import type { OutcomeRecord } from '../adapters/record/index.ts';
import type { Check } from '../core/checking/index.ts';
import type { Clock, Random } from '../core/kernel/index.ts';
import { monotonicClock, safeRandom, unseededRandom } from '../core/kernel/index.ts';
import type { Fault, Knob, Settings, SettingsInput } from '../core/model/index.ts';
import { KNOBS, describe, readKnob, resolveSettings } from '../core/model/index.ts';
import type { Classifier, ClassifyRule } from '../core/observe/index.ts';
import { compileClassify } from '../core/observe/index.ts';
import type { StrategyFactory, StrategyName } from '../core/strategies/index.ts';
import { STRATEGIES, isStrategyName } from '../core/strategies/index.ts';

/** Knobs of active checks, with the check itself. */
type CheckOptions = NonNullable<SettingsInput['check']> & { readonly run?: Check };

/** Options of one service; every key optional. */
export interface ServiceOptions extends Omit<SettingsInput, 'check' | 'maxServices'> {
  /** A name, or a factory of the user's own. Default `lowest-price`. */
  readonly strategy?: StrategyName | StrategyFactory;
  /** An active check, or the knobs of checks with it as `run`. */
  readonly check?: Check | CheckOptions;
  /** The caller's own zone: instances there are preferred. */
  readonly zone?: string;
  /** Rules that say what counts as a failure; the first that applies decides. */
  readonly classify?: readonly ClassifyRule[];
  /**
   * The time-out that the caller sets for an answer, from 1 ms to 1 d, as text or milliseconds: hale sets none by itself.
   * With `limits.overload: 'shed'` a tenth of it is the least that counts as too late. Default none.
   */
  readonly responseTimeout?: number | string;
}

/** Options of a balancer: defaults for its services, and where time and chance come from. */
export interface BalancerOptions extends ServiceOptions {
  /** Services of one balancer, 1 to 1 000 000. Default 1000. */
  readonly maxServices?: number;
  readonly clock?: Clock;
  readonly random?: Random;
  /**
   * Told of every outcome; `recordTo('outcomes.jsonl')` of `hale/record` keeps them in a file. Default none. Whoever made it
   * closes it, after the balancer: several balancers may share one, and leases may be settled after `close`.
   */
  readonly record?: OutcomeRecord;
}

/** Options, checked and resolved. */
export interface ServicePlan {
  readonly settings: Settings;
  readonly strategy: StrategyFactory;
  readonly check: Check | undefined;
  readonly zone: string | undefined;
  /** As given; compiled into `classifier`. */
  readonly rules: unknown;
  readonly classifier: Classifier;
  readonly responseTimeoutMs: number | undefined;
}

export interface BalancerPlan extends ServicePlan {
  readonly clock: Clock;
  readonly random: Random;
  readonly record: OutcomeRecord | undefined;
}

const BALANCER_KEYS: ReadonlySet<string> = new Set([
  'preset',
  'strategy',
  'check',
  'zone',
  'classify',
  'responseTimeout',
  'clock',
  'random',
  'record',
  ...KNOBS.map(({ key }) => key.split('.')[0]),
]);
/** What all services of a balancer share. On one of them it would have no effect. */
const SHARED_KEYS: ReadonlySet<string> = new Set(['clock', 'random', 'record', 'maxServices']);

/** A service's options over its balancer's. Pushes every fault. */
export function planService(options: unknown, faults: Fault[], base?: ServicePlan): ServicePlan {
  return plan(options, faults, base, SHARED_KEYS);
}

/** A balancer's options. Pushes every fault. */
export function planBalancer(options: unknown, faults: Fault[]): BalancerPlan {
  const service = plan(options, faults, undefined, NONE);
  const { clock, random, record } = (isObject(options) ? options : {}) as BalancerOptions;
  if (clock !== undefined && !(typeof clock?.now === 'function' && typeof clock.schedule === 'function')) {
    faults.push({ path: 'clock', expected: 'an object with now() and schedule()', received: describe(clock) });
  }
  if (random !== undefined && typeof random !== 'function') {
    faults.push({ path: 'random', expected: 'a function that answers numbers in [0,1)', received: describe(random) });
  }
  if (record !== undefined && typeof record?.write !== 'function') {
    faults.push({ path: 'record', expected: 'an object with write()', received: describe(record) });
  }
  return {
    ...service,
    record,
    clock: clock ?? monotonicClock,
    random: typeof random === 'function' ? safeRandom(random) : unseededRandom(),
  };
}

const NONE: ReadonlySet<string> = new Set();

function plan(
  given: unknown,
  faults: Fault[],
  base: ServicePlan | undefined,
  shared: ReadonlySet<string>,
): ServicePlan {
  if (given !== undefined && !isObject(given))
    faults.push({ path: 'options', expected: 'an object', received: describe(given) });
  const options: Readonly<Record<string, unknown>> = isObject(given) ? given : {};
  for (const key of Object.keys(options)) {
    if (BALANCER_KEYS.has(key) && !shared.has(key)) continue;
    const expected = shared.has(key) ? 'an option of the balancer, not of one service' : 'no such option';
    faults.push({ path: key, expected, received: describe(options[key]) });
  }
  const { strategy, check, zone, classify, responseTimeout } = options;
  if (strategy !== undefined && typeof strategy !== 'function' && !isStrategyName(strategy)) {
    faults.push({
      path: 'strategy',
      expected: `${Object.keys(STRATEGIES).join(', ')} or a function that makes one`,
      received: describe(strategy),
    });
  }
  if (zone !== undefined && (typeof zone !== 'string' || zone.length === 0 || zone.length > 256)) {
    faults.push({ path: 'zone', expected: 'a text of 1 to 256 characters', received: describe(zone) });
  }
  const settings = resolveSettings(options, faults, base?.settings);
  const rules = classify === undefined ? base?.rules : classify;
  return {
    settings,
    rules,
    strategy: strategyOf(strategy) ?? base?.strategy ?? STRATEGIES['lowest-price'],
    check: checkOf(check, faults) ?? base?.check,
    zone: typeof zone === 'string' ? zone : base?.zone,
    classifier: compileClassify(rules, faults, 'classify', settings.tooManyRequests === 'client' ? QUOTA : []),
    responseTimeoutMs: timeoutOf(responseTimeout, faults) ?? base?.responseTimeoutMs,
  };
}

// After the caller's own rules: where a 429 is the client's affair it says nothing of the instance, or one client that
// exceeds its quota would pause instance after instance for everybody.
const QUOTA: readonly ClassifyRule[] = [{ status: 429, as: 'ignored' }];

function strategyOf(strategy: unknown): StrategyFactory | undefined {
  if (typeof strategy === 'function') return strategy as StrategyFactory;
  return isStrategyName(strategy) ? STRATEGIES[strategy] : undefined;
}

// No knob: it changes nothing of what hale decides but for the adaptive limit, and a file has its own word for it.
function timeoutOf(timeout: unknown, faults: Fault[]): number | undefined {
  return timeout === undefined ? undefined : (readKnob(RESPONSE_TIMEOUT, timeout, faults) as number | undefined);
}

const RESPONSE_TIMEOUT: Knob = {
  key: 'responseTimeout',
  kind: 'duration',
  min: 1,
  max: 86_400_000,
  window: true,
  defaults: 0,
  doc: 'Time-out of the caller for an answer.',
  low: 'most answers are too late',
  high: 'six medians say what is too late',
};

// An object holds knobs, which resolveSettings judges, and perhaps the check itself.
function checkOf(check: unknown, faults: Fault[]): Check | undefined {
  if (typeof check === 'function') return check as Check;
  const run = isObject(check) ? check['run'] : undefined;
  if (run === undefined) return undefined;
  if (typeof run === 'function') return run as Check;
  faults.push({ path: 'check.run', expected: 'a function', received: describe(run) });
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
