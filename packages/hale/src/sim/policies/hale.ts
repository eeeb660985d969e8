// hale: the very engine that the library and the proxy run, with its own schedule of checks. Nothing of a decision is
// written here; what this file holds is the translation from a scenario to the engine's doors.

import { AdaptiveLimit } from '../../core/admission/index.ts';
import { FactLog, ServiceEngine, ServiceInstruments } from '../../core/engine/index.ts';
import type { Fault, PresetName, Settings, SettingsInput, Tuning } from '../../core/model/index.ts';
import { CIRCUITS, ConfigError, InstrumentStore, TUNING, resolveSettings } from '../../core/model/index.ts';
import { scoreOf } from '../../core/score/index.ts';
import { STRATEGIES } from '../../core/strategies/index.ts';
import type { StrategyFactory } from '../../core/strategies/strategy.ts';
import { startEngineChecks } from './hale-checks.ts';
import type { Policy, PolicyEntry, Surroundings } from '../policy.ts';

export interface HaleOptions {
  readonly preset?: PresetName;
  /** Knobs, over the preset's. `checkInterval` follows the scenario unless it is given here. */
  readonly settings?: SettingsInput;
  /** The numbers that no user turns, for experiments. */
  readonly tuning?: Partial<Tuning>;
  readonly strategy?: StrategyFactory;
}

/** A policy that is hale with these options. @throws {ConfigError} naming every fault of the settings */
export function haleWith(name: string, doc: string, options: HaleOptions = {}): PolicyEntry {
  const { preset = 'serving', settings = {} } = options;
  // Judged now: a wrong setting is a fault of whoever asks, not of the run that meets it.
  resolve(preset, settings, 1000);
  return { name, doc, source: 'this project', make: (surroundings) => haleAt(surroundings, options) };
}

export const hale: PolicyEntry = haleWith('hale', 'this engine, preset serving');

/** The specification's own defaults: refuses when too few are healthy, and its callers promise no repetition. */
export const haleSpecification: PolicyEntry = haleWith('hale-specification', 'this engine, preset specification', {
  preset: 'specification',
});

/** With the adaptive limit: overload is shed rather than queued. */
export const haleShed: PolicyEntry = haleWith('hale-shed', 'this engine, preset serving, limits.overload: shed', {
  settings: { limits: { overload: 'shed' } },
});

function haleAt({ scenario, clock, random, onEject }: Surroundings, options: HaleOptions): Policy {
  const { fleet, callers, checkEveryMs } = scenario;
  const { preset = 'serving', strategy = STRATEGIES['lowest-price'] } = options;
  const settings = resolve(preset, options.settings ?? {}, checkEveryMs);
  const facts = new FactLog();
  const engine = new ServiceEngine({
    name: 'simulated',
    settings,
    tuning: { ...TUNING, ...options.tuning },
    strategy,
    zone: undefined,
    timeoutMs: callers.timeoutMs,
    clock,
    random,
    facts,
    limit: settings.limits.overload === 'shed' ? new AdaptiveLimit() : undefined,
    // A forecast is for people; it decides only where a setting says so.
    hasForecast: settings.prediction === 'act',
    instruments: new ServiceInstruments(new InstrumentStore(), 'simulated'),
  });
  facts.subscribe((fact) => {
    if (fact.type === 'tripped' && fact.enforced) onEject(Number(fact.instance), fact.reason);
  });
  const places = new Map<string, number>();
  const instances = Array.from({ length: fleet.instances }, (_, place) => {
    const id = String(place);
    places.set(id, place);
    return {
      id,
      weight: fleet.weights?.[place % fleet.weights.length] ?? 1,
      priority: fleet.priorities?.[place % fleet.priorities.length] ?? 0,
    };
  });
  engine.update(instances, clock.now());
  // In `specification` callers select an instance and promise nothing.
  const promises = preset !== 'specification';
  // One object for all picks: the engine reads it and keeps nothing of it.
  const asked: { now: number; replayable: boolean; exclude: string[] | undefined; key: string | undefined } = {
    now: 0,
    replayable: false,
    exclude: undefined,
    key: undefined,
  };
  return {
    pick({ now, replayable, tried, key }) {
      asked.now = now;
      asked.key = key;
      asked.replayable = replayable && promises;
      asked.exclude = tried.length > 0 ? tried.map(String) : undefined;
      const lease = engine.pick(asked);
      if (lease === undefined) return undefined;
      return {
        instance: places.get(lease.instance.id)!,
        responded: (at) => lease.responded({ now: at }),
        ended(ending, at, retryAfterMs) {
          if (ending === 'good') lease.succeed({ now: at });
          else if (ending === 'ignored') lease.ignore({ now: at });
          else lease.fail(ending, { now: at, retryAfterMs });
        },
      };
    },
    startChecks(ask) {
      startEngineChecks({ engine, facts, knobs: settings, clock, random }, (id) => ask(places.get(id)!));
    },
    look(instance) {
      const { state } = engine;
      const slot = state.slots.get(String(instance))!;
      const score = scoreOf(state.ledger, state.fleet, slot, clock.now(), settings, state.tuning);
      return { score, circuit: CIRCUITS[state.view.circuit(slot)] };
    },
  };
}

function resolve(preset: PresetName, input: SettingsInput, checkEveryMs: number): Settings {
  const faults: Fault[] = [];
  const interval = checkEveryMs > 0 ? checkEveryMs : 1000;
  const settings = resolveSettings({ preset, checkInterval: `${interval}ms`, ...input }, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return settings;
}
