// Listens to a run, looks at it in passing, and keeps what a picture of it shows: who was sent how much, what failed, what
// the balancer believed, and what it cost, step by step.
//
// At most 240 steps, since a chart on a screen has no room for more, and none under 100 ms, where a step would hold too few
// requests to be a share of anything. Memory is bounded by the shape of the scenario and not by the requests: 240 steps x
// 64 instances. Of a larger fleet those that a fault is written for are kept first; the whole fleet's sums stay whole.
//
// Where it fails: a circuit that opens and closes within one step may not be seen, and of several balancers only the first
// one is looked at.

import type { Circuit } from '../../core/model/index.ts';
import type { Log } from '../log.ts';
import type { Policy } from '../policy.ts';
import type { Request } from '../request.ts';
import type { Scenario } from '../scenario.ts';
import type { Watch } from '../simulate.ts';
import { Histogram } from './histogram.ts';
import type { FaultSpan } from './timeline-faults.ts';
import { faultSpans, faultyFirst } from './timeline-faults.ts';

export type { FaultSpan } from './timeline-faults.ts';

const MOST_STEPS = 240;
const LEAST_STEP_MS = 100;
const MOST_INSTANCES = 64;

/** Plain data, fit for JSON. Step k lasts from k x stepMs until the next one, the last until lengthMs. */
export interface Timeline {
  readonly scenario: string;
  readonly policy: string;
  readonly seed: number;
  readonly lengthMs: number;
  readonly stepMs: number;
  /** Instances of the whole fleet, shown or not. */
  readonly fleetSize: number;
  /** Attempts sent to the whole fleet, for each step. */
  readonly attempts: readonly number[];
  /** Requests a second that arrived in the step and got no good answer; without poison. */
  readonly lostPerSecond: readonly number[];
  /** Median over those that arrived in the step and were answered well; null: there were none. */
  readonly medianMs: readonly (number | null)[];
  /** Those with a fault of their own first, then by number. */
  readonly instances: readonly InstanceTimeline[];
}

export interface InstanceTimeline {
  readonly instance: number;
  readonly attempts: readonly number[];
  /** Attempts that ended badly in the step; they may have been sent in an earlier one. */
  readonly failed: readonly number[];
  /** What the first balancer believed as the step began; null: its policy has no belief. */
  readonly beliefs: Beliefs | null;
  readonly faults: readonly FaultSpan[];
}

export interface Beliefs {
  readonly score: readonly number[];
  readonly circuit: readonly Circuit[];
}

export class TimelineRecord implements Log, Watch {
  /** The length of a step. */
  readonly everyMs: number;
  readonly #scenario: Scenario;
  readonly #policy: string;
  readonly #seed: number;
  readonly #steps: number;
  /** Numbers of the instances shown, and for each of the fleet its row among them, or -1. */
  readonly #shown: readonly number[];
  readonly #rows: Int32Array;
  readonly #fleetAttempts: Uint32Array;
  /** By row, then step. */
  readonly #attempts: Uint32Array;
  readonly #failed: Uint32Array;
  readonly #lost: Uint32Array;
  readonly #latencies: (Histogram | undefined)[];
  readonly #beliefs: { readonly score: number[]; readonly circuit: Circuit[] }[];
  readonly #headAt = new Map<Request, number>();

  constructor(scenario: Scenario, policy: string, seed: number) {
    const { lengthMs, fleet, script } = scenario;
    this.#scenario = scenario;
    this.#policy = policy;
    this.#seed = seed;
    this.everyMs = Math.max(LEAST_STEP_MS, Math.ceil(lengthMs / MOST_STEPS));
    this.#steps = Math.max(1, Math.ceil(lengthMs / this.everyMs));
    this.#shown = faultyFirst(script, fleet.instances).slice(0, MOST_INSTANCES);
    this.#rows = new Int32Array(fleet.instances).fill(-1);
    for (const [row, instance] of this.#shown.entries()) this.#rows[instance] = row;
    this.#fleetAttempts = new Uint32Array(this.#steps);
    this.#attempts = new Uint32Array(this.#steps * this.#shown.length);
    this.#failed = new Uint32Array(this.#steps * this.#shown.length);
    this.#lost = new Uint32Array(this.#steps);
    this.#latencies = Array.from({ length: this.#steps }, () => undefined);
    this.#beliefs = this.#shown.map(() => ({ score: [], circuit: [] }));
  }

  sent(instance: number, now: number): void {
    const step = this.#stepAt(now);
    this.#fleetAttempts[step]++;
    const row = this.#rows[instance];
    if (row >= 0) this.#attempts[row * this.#steps + step]++;
  }

  attemptEnded(instance: number, isGood: boolean, now: number): void {
    const row = this.#rows[instance];
    if (row >= 0 && !isGood) this.#failed[row * this.#steps + this.#stepAt(now)]++;
  }

  headed(request: Request, now: number): void {
    if (!this.#headAt.has(request)) this.#headAt.set(request, now);
  }

  ended(request: Request, isGood: boolean, now: number): void {
    const answeredAt = this.#headAt.get(request) ?? now;
    this.#headAt.delete(request);
    if (request.isPoison) return;
    const step = this.#stepAt(request.arrivedAt);
    if (isGood) (this.#latencies[step] ??= new Histogram()).add(answeredAt - request.arrivedAt);
    else this.#lost[step]++;
  }

  ejected(): void {
    // The circuit shows it.
  }

  look(_now: number, [policy]: readonly Policy[]): void {
    if (policy.look === undefined) return;
    for (const [row, instance] of this.#shown.entries()) {
      const { score, circuit } = policy.look(instance);
      this.#beliefs[row].score.push(round(score, 1000));
      this.#beliefs[row].circuit.push(circuit);
    }
  }

  timeline(): Timeline {
    const { lengthMs, fleet, script, name } = this.#scenario;
    const ofRow = (counts: Uint32Array, row: number): number[] =>
      Array.from(counts.subarray(row * this.#steps, (row + 1) * this.#steps));
    return {
      scenario: name,
      policy: this.#policy,
      seed: this.#seed,
      lengthMs,
      stepMs: this.everyMs,
      fleetSize: fleet.instances,
      attempts: Array.from(this.#fleetAttempts),
      lostPerSecond: Array.from(this.#lost, (lost, step) => round((1000 * lost) / this.#lengthOf(step), 10)),
      medianMs: this.#latencies.map((latencies) => (latencies ? round(latencies.quantile(0.5), 100) : null)),
      instances: this.#shown.map((instance, row) => ({
        instance,
        attempts: ofRow(this.#attempts, row),
        failed: ofRow(this.#failed, row),
        beliefs: this.#beliefs[row].score.length > 0 ? this.#beliefs[row] : null,
        faults: faultSpans(script, instance, lengthMs, this.everyMs),
      })),
    };
  }

  // What ends while the last requests are answered belongs to the last step.
  #stepAt(now: number): number {
    return Math.min(this.#steps - 1, Math.floor(now / this.everyMs));
  }

  #lengthOf(step: number): number {
    return Math.min(this.everyMs, this.#scenario.lengthMs - step * this.everyMs);
  }
}

function round(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
