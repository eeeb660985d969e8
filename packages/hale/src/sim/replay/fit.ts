// The outcomes of one service -> a scenario: a fleet that would have left about this record.
//
// What is taken as it was: when requests came, how long good answers took (as drawn from those measured), how fast each
// instance is. What is inferred: when which instance had which fault (script.ts). What is not modelled is said in `notes`
// (notes.ts), in sentences for whoever decides by the result.

import type { FaultScript } from '../../faults/index.ts';
import { seededRandom } from '../../core/kernel/index.ts';
import type { Callers, FleetShape, Scenario, Watched } from '../scenario.ts';
import type { Histories } from './histories.ts';
import { checkSpacing, historiesOf, mostInFlight } from './histories.ts';
import type { RecordedOutcome } from './line.ts';
import { notesOf } from './notes.ts';
import type { Recorded } from './recorded.ts';
import { recordedOf, servicesOf } from './recorded.ts';
import { scriptOf } from './script.ts';
import type { Pace } from './slowness.ts';
import { fleetLevel, paceOf } from './slowness.ts';

export interface FitOptions {
  /** Default: the service with the most requests. */
  readonly service?: string;
  /** What the record cannot tell of the callers. Default: no retries, GET, and the patience that time-outs show. */
  readonly callers?: Partial<Callers>;
  /** The setting `checkInterval`. Default: the median spacing of recorded checks. */
  readonly checkEveryMs?: number;
  /** What the configuration says of an instance. Default: weight 1, tier 0. */
  readonly shapeOf?: (id: string) => { readonly weight?: number; readonly priority?: number };
  /** Of the reservoir of service times. Default 1. */
  readonly seed?: number;
}

export interface Fit {
  readonly scenario: Scenario;
  /** The recorded id of each simulated instance, in the order of first appearance. */
  readonly ids: readonly string[];
  readonly service: string;
  /** Unix ms of the scenario's time 0. */
  readonly originMs: number;
  /** What really happened, in the figures that the model is measured by. */
  readonly recorded: Recorded;
  /** What cannot be known, and how it is modelled; plain sentences. */
  readonly notes: readonly string[];
}

/** Service times kept. */
const RESERVOIR = 10_000;
/** Patience, where no time-out shows it, in the longest latencies seen. */
const PATIENCE = 2;
const LEAST_TIMEOUT_MS = 2500;
const MAX_QUEUE = 10_000;
/** An instance that heals so shortly before the end has no time to get its share back. */
const RETURN_MS = 5000;

/** @throws {RangeError} when the record holds no request of the service */
export function fitScenario(outcomes: readonly RecordedOutcome[], options: FitOptions = {}): Fit {
  const services = servicesOf(outcomes);
  const service = options.service ?? services[0]?.service ?? '';
  const own = outcomes.filter((one) => one.service === service);
  const histories = historiesOf(own);
  if (histories.arrivals.length === 0) {
    const others = services.map((one) => one.service).join(', ') || 'none';
    throw new RangeError(`the record holds no request of service '${service}'; services in it: ${others}`);
  }
  const { instances, lengthMs, originMs } = histories;
  const paces = instances.map(paceOf);
  const fitted = instances.map((history, place) => scriptOf(history, paces[place], place, lengthMs));
  const script = fitted.flatMap(({ lines }) => lines);
  const checkEveryMs = options.checkEveryMs ?? checkSpacing(histories) ?? 0;
  const recorded = recordedOf(own);
  const ids = instances.map(({ id }) => id);
  const scenario: Scenario = {
    name: `replay of ${service}`,
    doc: `fitted to ${histories.arrivals.length} recorded requests to ${ids.length} instances`,
    lengthMs,
    fleet: fleetOf(histories, paces, options),
    load: { kind: 'trace', atMs: histories.arrivals },
    callers: callersOf(histories, recorded, options.callers),
    checkEveryMs: Math.round(checkEveryMs),
    balancers: 1,
    script,
    judgedFromMs: 0,
    ...watchedOf(script, lengthMs),
  };
  const others = services.filter((one) => one.service !== service).length;
  return { scenario, ids, service, originMs, recorded, notes: notesOf({ histories, fitted, scenario, others }) };
}

function fleetOf(histories: Histories, paces: readonly Pace[], { shapeOf, seed = 1 }: FitOptions): FleetShape {
  const fleet = fleetLevel(paces) ?? 0;
  const shapes = shapeOf && histories.instances.map(({ id }) => shapeOf(id));
  return {
    instances: paces.length,
    // Twice what was ever seen at once: nothing queues, since the queueing that was is in the latencies already.
    workers: 2 * mostInFlight(histories),
    maxQueue: MAX_QUEUE,
    work: { kind: 'measured', samplesMs: sampled(paces, fleet, seed) },
    speeds: paces.map(({ level }) => (level === undefined ? 1 : Math.exp(fleet - level))),
    ...(shapes && { weights: shapes.map(({ weight = 1 }) => weight) }),
    ...(shapes && { priorities: shapes.map(({ priority = 0 }) => priority) }),
  };
}

// Algorithm R (Vitter 1985) over the good answers of all, each brought to the fleet's pace, so that what one instance took
// for its work says what any would take.
function sampled(paces: readonly Pace[], fleet: number, seed: number): number[] {
  const random = seededRandom(`${seed} service times`);
  const samples: number[] = [];
  let seen = 0;
  for (const { level, calm } of paces) {
    for (const log of calm) {
      const ms = Math.exp(log + fleet - level!);
      const place = seen < RESERVOIR ? seen : Math.floor(random() * (seen + 1));
      if (place < RESERVOIR) samples[place] = ms;
      seen++;
    }
  }
  return seen > 0 ? samples : [1];
}

function callersOf({ timeoutMs }: Histories, { longestMs }: Recorded, given: Partial<Callers> = {}): Callers {
  return {
    timeoutMs: Math.ceil(timeoutMs ?? Math.max(LEAST_TIMEOUT_MS, PATIENCE * longestMs)),
    // Repetitions are among the recorded requests already.
    retries: 0,
    retryBudget: 0,
    hedgeAfterMs: 0,
    method: 'GET',
    poisonShare: 0,
    ...given,
  };
}

/** The longest fault is the one whose detection and return are worth a figure. */
function watchedOf(script: FaultScript, lengthMs: number): { watched?: Watched } {
  const [longest] = script
    .filter(({ fault }) => fault.name !== 'check-lies')
    .sort((a, b) => b.until - b.at - (a.until - a.at));
  if (longest === undefined || longest.at <= 0) return {};
  const watched = { instance: Number(longest.instance), failsAtMs: longest.at };
  return { watched: longest.until + RETURN_MS < lengthMs ? { ...watched, healsAtMs: longest.until } : watched };
}
