// The fitted fleet under the recorded settings and under others, and how far the model is to be believed.
//
// The recorded settings are run first: what they lose in the model beside what was lost in reality is the model's error, on
// the one point where the truth is known. A difference between settings that is smaller than it says nothing.

import type { Row } from '../experiment.ts';
import { compare } from '../experiment.ts';
import type { Figures } from '../measures/index.ts';
import type { HaleOptions } from '../policies/index.ts';
import { haleWith } from '../policies/index.ts';
import type { Fit } from './fit.ts';

export interface RerunOptions {
  /** The settings that the record was made under. */
  readonly recorded?: HaleOptions;
  readonly changed: HaleOptions;
  /** Draws of service times and faults; arrivals are the record's. Default 1, 2, 3. */
  readonly seeds?: readonly number[];
  readonly onProgress?: (done: number, all: number) => void;
}

/** Of the recorded or the simulated requests. */
export interface Outline {
  /** [0,1]. */
  readonly lost: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Rerun {
  /** The model under the recorded settings. */
  readonly recorded: Row;
  readonly changed: Row;
  readonly calibration: {
    readonly reality: Outline;
    readonly model: Outline;
    /** |model - reality| of the share lost, [0,1]. */
    readonly lostError: number;
  };
}

/** @throws {ConfigError} naming every fault of the settings */
export function rerun(fit: Fit, { recorded = {}, changed, seeds = [1, 2, 3], onProgress }: RerunOptions): Rerun {
  const policies = [
    haleWith('as recorded', 'this engine, under the settings of the record', recorded),
    haleWith('changed', 'this engine, under the settings to try', changed),
  ];
  const progress = onProgress && { onProgress };
  const [before, after] = compare({ scenarios: [fit.scenario], policies, seeds, ...progress });
  const { lost, p50Ms, p99Ms } = fit.recorded;
  const model = outlineOf(before.figures);
  return {
    recorded: before,
    changed: after,
    calibration: { reality: { lost, p50Ms, p99Ms }, model, lostError: Math.abs(model.lost - lost) },
  };
}

/** Means over the seeds. */
export function outlineOf(figures: readonly Figures[]): Outline {
  const mean = (of: (one: Figures) => number): number =>
    figures.reduce((sum, one) => sum + of(one), 0) / figures.length;
  return { lost: mean(({ lost }) => lost), p50Ms: mean(({ p50Ms }) => p50Ms), p99Ms: mean(({ p99Ms }) => p99Ms) };
}
