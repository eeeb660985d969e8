// Regrets of policies over many scenarios, and their sum: what tuning and comparison go by.
//
// Normalised, so that no scenario rules the sum: 1 is what random choice without health regrets there. Where that is
// less than LEAST_UNIT points there is nothing to be normalised: not to know costs nothing there, and such a scenario
// (poison, noise, an outage judged from its end) has a line of its own in the comparison, in points.

import type { Estimate, Figures } from 'hale/sim';
import { SCENARIOS, cost, estimate } from 'hale/sim';
import type { PolicySpec } from './job.ts';
import { runJobs } from './run-jobs.ts';

export const LEAST_UNIT = 0.1;

export interface Regrets {
  readonly scenarios: readonly string[];
  /** Of random choice, in points, by scenario. */
  readonly units: readonly number[];
  /** By policy, then scenario. */
  readonly policies: readonly {
    readonly name: string;
    readonly points: readonly Estimate[];
    readonly figures: readonly (readonly Figures[])[];
  }[];
}

export async function regretsOf(
  scenarios: readonly string[],
  policies: readonly PolicySpec[],
  seeds: readonly number[],
  isValidation: boolean,
): Promise<Regrets> {
  const all: readonly PolicySpec[] = ['oracle', 'random', ...policies];
  const few = seeds.slice(0, Math.max(2, Math.ceil(seeds.length / 4)));
  const jobs = all.flatMap((policy) =>
    scenarios.map((scenario) => ({ scenario, isValidation, policy, seeds: isBusy(scenario) ? few : seeds })),
  );
  const results = await runJobs(jobs);
  const of = (policy: number, scenario: number): Figures[] => results[policy * scenarios.length + scenario];
  const floors = scenarios.map((_, index) => of(0, index).map(cost));
  const pointsOf = (policy: number): Estimate[] =>
    scenarios.map((_, index) => estimate(of(policy, index).map((one, seed) => cost(one) - floors[index][seed])));
  return {
    scenarios,
    units: pointsOf(1).map(({ mean }) => mean),
    policies: policies.map((spec, index) => ({
      name: typeof spec === 'string' ? spec : spec.name,
      points: pointsOf(index + 2),
      figures: scenarios.map((_, scenario) => of(index + 2, scenario)),
    })),
  };
}

/** More than 500 requests a second. Such a run takes ten times as long, and its mean moves less: it gets a quarter of the seeds. */
function isBusy(name: string): boolean {
  const { load } = SCENARIOS.find((scenario) => scenario.name === name)!;
  return load.kind !== 'trace' && load.perSecond > 500;
}

/** The sum over the scenarios that have a unit. */
export function sumOf({ units }: Regrets, points: readonly Estimate[]): number {
  return points.reduce((sum, { mean }, index) => sum + (units[index] >= LEAST_UNIT ? mean / units[index] : 0), 0);
}
