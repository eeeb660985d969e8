// Options as the engine reads them: every knob resolved, checked, in milliseconds.

import { parseDuration, formatDuration } from '../kernel/index.ts';
import type { Fault } from './errors.ts';
import { describe } from './errors.ts';
import type { Knob, KnobValue, PresetName } from './knob.ts';
import { PRESETS, defaultOf } from './knob.ts';
import { KNOBS } from './knobs.ts';

export type RuleName = 'suspicion' | 'run' | 'checks' | 'threshold' | 'overload' | 'blame';
export type RuleState = 'enforce' | 'observe';

/** All knobs, resolved. Durations in milliseconds. */
export interface Settings {
  readonly preset: PresetName;
  readonly checkInterval: number;
  readonly healthThreshold: number;
  readonly recoveryThreshold: number;
  readonly circuitBreakThreshold: number;
  readonly recoveryWindow: number;
  readonly minHealthyInstances: number;
  readonly whenTooFewHealthy: 'refuse' | 'panic';
  readonly ejectionCap: number;
  readonly runFactor: number;
  readonly maxRecoveryWindow: number;
  readonly jitter: number;
  readonly trialTimeout: number;
  readonly slowStart: number;
  readonly prediction: 'off' | 'report' | 'act';
  readonly adaptiveThreshold: boolean;
  readonly overflow: number;
  readonly failbackDelay: number;
  readonly check: {
    readonly when: 'always' | 'out';
    readonly timeout: number;
    readonly rise: number;
    readonly fall: number;
    readonly concurrency: number;
  };
  readonly tooManyRequests: 'client' | 'instance';
  readonly maxRetryAfter: number;
  readonly limits: {
    readonly maxInFlight: number;
    readonly maxInFlightPerInstance: number;
    readonly overload: 'off' | 'shed';
  };
  readonly retries: {
    readonly max: number;
    readonly budget: number;
    readonly minPerSecond: number;
    readonly maxKills: number;
  };
  readonly maxWait: number;
  readonly forgetAfter: number;
  readonly maxServices: number;
  readonly maxInstances: number;
  readonly rules: Readonly<Record<RuleName, RuleState>>;
}

type Loose<T> = T extends number ? number | string : T;
/** The same tree as callers write it: every key optional, durations as text or milliseconds. */
export type SettingsInput = {
  readonly [K in keyof Settings]?: Settings[K] extends object
    ? { readonly [L in keyof Settings[K]]?: Loose<Settings[K][L]> }
    : Loose<Settings[K]>;
};

/** The groups of dotted knobs, e.g. `check`, `limits`. */
export const KNOB_GROUPS: ReadonlySet<string> = new Set(
  KNOBS.flatMap(({ key }) => (key.includes('.') ? [key.split('.')[0]] : [])),
);

/**
 * Resolves the knobs of `input` over `base` (another resolution, e.g. the balancer's) or over the preset's defaults.
 * Every fault is pushed to `faults`; keys that are no knob are the caller's to judge, except inside a group.
 * A preset named in `input` starts from its own defaults, not from `base`.
 */
export function resolveSettings(input: Readonly<Record<string, unknown>>, faults: Fault[], base?: Settings): Settings {
  const preset = readPreset(input['preset'], faults) ?? base?.preset ?? 'specification';
  const inherited = input['preset'] === undefined ? base : undefined;
  const settings: Record<string, unknown> = { preset };
  for (const knob of KNOBS) {
    const given = read(input, knob.key);
    const fallback = inherited
      ? (read(inherited as unknown as Record<string, unknown>, knob.key) as KnobValue)
      : defaultOf(knob, preset);
    write(settings, knob.key, given === undefined ? fallback : (readKnob(knob, given, faults) ?? fallback));
  }
  for (const group of KNOB_GROUPS) reportUnknown(group, input[group], faults);
  // In `refuse` mode nothing is gained by keeping a sick instance in: the cap follows the mode, unless it is given as well.
  if (input['whenTooFewHealthy'] !== undefined && input['ejectionCap'] === undefined) {
    settings['ejectionCap'] = settings['whenTooFewHealthy'] === 'refuse' ? 1 : 0.5;
  }
  const resolved = shaped(settings as unknown as Settings);
  if (resolved.recoveryThreshold < resolved.healthThreshold) {
    faults.push({
      path: 'recoveryThreshold',
      expected: `at least healthThreshold (${resolved.healthThreshold})`,
      received: describe(resolved.recoveryThreshold),
    });
  }
  return resolved;
}

// The request path reads these. An object that was filled key by key is a hash table to V8, each read of it a search; one that
// is written out has a shape, each read of it an offset (5 % of a pick).
function shaped(settings: Settings): Settings {
  return {
    preset: settings.preset,
    checkInterval: settings.checkInterval,
    healthThreshold: settings.healthThreshold,
    recoveryThreshold: settings.recoveryThreshold,
    circuitBreakThreshold: settings.circuitBreakThreshold,
    recoveryWindow: settings.recoveryWindow,
    minHealthyInstances: settings.minHealthyInstances,
    whenTooFewHealthy: settings.whenTooFewHealthy,
    ejectionCap: settings.ejectionCap,
    runFactor: settings.runFactor,
    maxRecoveryWindow: settings.maxRecoveryWindow,
    jitter: settings.jitter,
    trialTimeout: settings.trialTimeout,
    slowStart: settings.slowStart,
    prediction: settings.prediction,
    adaptiveThreshold: settings.adaptiveThreshold,
    overflow: settings.overflow,
    failbackDelay: settings.failbackDelay,
    check: { ...settings.check },
    tooManyRequests: settings.tooManyRequests,
    maxRetryAfter: settings.maxRetryAfter,
    limits: { ...settings.limits },
    retries: { ...settings.retries },
    maxWait: settings.maxWait,
    forgetAfter: settings.forgetAfter,
    maxServices: settings.maxServices,
    maxInstances: settings.maxInstances,
    rules: { ...settings.rules },
  };
}

/** One value against its knob: the value inside, or undefined with a fault reported. */
export function readKnob(knob: Knob, value: unknown, faults: Fault[]): KnobValue | undefined {
  const fail = (received = describe(value)): undefined => {
    faults.push({ path: knob.key, expected: expectation(knob), received });
    return undefined;
  };
  switch (knob.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? value : fail();
    case 'choice':
      return typeof value === 'string' && knob.choices!.includes(value) ? value : fail();
    case 'duration': {
      const ms = typeof value === 'string' ? parseDuration(value) : value;
      if (typeof ms !== 'number' || !isWithin(ms, knob)) return fail();
      // The specification counts seconds: 300 here would silently be 0.3 s.
      if (typeof value === 'number' && knob.window && value > 0 && value < 1000) {
        return fail(`${value} (did you mean '${value}s'? write '${value}ms' if not)`);
      }
      return ms;
    }
    default:
      if (typeof value !== 'number' || !isWithin(value, knob)) return fail();
      return knob.kind === 'count' && !Number.isInteger(value) ? fail() : value;
  }
}

/** What a knob accepts, in words. */
export function expectation(knob: Knob): string {
  switch (knob.kind) {
    case 'boolean':
      return 'true or false';
    case 'choice':
      return knob.choices!.map((choice) => `'${choice}'`).join(' or ');
    case 'duration':
      return `a duration from ${formatDuration(knob.min)} to ${formatDuration(knob.max)} such as '30s'`;
    default:
      return `${knob.kind === 'count' ? 'a whole number' : 'a number'} ${knob.open ? 'between' : 'from'} ${knob.min} ${knob.open ? 'and' : 'to'} ${knob.max}${knob.open ? ', ends excluded' : ''}`;
  }
}

function isWithin(value: number, { min, max, open }: Knob): boolean {
  // Written so that NaN fails.
  return open ? value > min && value < max : value >= min && value <= max;
}

function readPreset(value: unknown, faults: Fault[]): PresetName | undefined {
  if (value === undefined) return undefined;
  if (PRESETS.includes(value as PresetName)) return value as PresetName;
  faults.push({ path: 'preset', expected: PRESETS.map((name) => `'${name}'`).join(' or '), received: describe(value) });
  return undefined;
}

function read(tree: Readonly<Record<string, unknown>>, key: string): unknown {
  const [head, tail] = key.split('.') as [string, string?];
  const value = Object.hasOwn(tree, head) ? tree[head] : undefined;
  if (tail === undefined) return value;
  return typeof value === 'object' && value !== null && Object.hasOwn(value, tail)
    ? (value as Record<string, unknown>)[tail]
    : undefined;
}

function write(tree: Record<string, unknown>, key: string, value: KnobValue): void {
  const [head, tail] = key.split('.') as [string, string?];
  if (tail === undefined) tree[head] = value;
  else ((tree[head] ??= {}) as Record<string, unknown>)[tail] = value;
}

// `check` may also be the check itself, a function; as an object it may carry it as `run`.
function reportUnknown(group: string, value: unknown, faults: Fault[]): void {
  if (value === undefined || (group === 'check' && typeof value === 'function')) return;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.push({ path: group, expected: 'an object', received: describe(value) });
    return;
  }
  for (const key of Object.keys(value)) {
    if (!KNOBS.some((knob) => knob.key === `${group}.${key}`) && !(group === 'check' && key === 'run')) {
      faults.push({
        path: `${group}.${key}`,
        expected: 'no such option',
        received: describe((value as Record<string, unknown>)[key]),
      });
    }
  }
}
