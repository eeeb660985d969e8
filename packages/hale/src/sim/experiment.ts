// An experiment: scenarios x policies x seeds, and what each policy regrets.
//
// Every policy meets the same requests with the same seed, so regret is taken seed by seed (paired): what a seed is made
// of cancels out, and the interval is that of the difference. Normalised regret divides by the regret of random choice in
// the same scenario, so that no scenario rules a sum: 0 is the oracle's, 1 is what is lost without knowing anything.

import type { Estimate, Figures } from './measures/index.ts';
import { RunRecord, cost, estimate } from './measures/index.ts';
import { oracle, randomChoice } from './policies/index.ts';
import type { PolicyEntry } from './policy.ts';
import type { Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';

export interface Row {
  readonly scenario: string;
  readonly policy: string;
  /** In points, see `cost`; beyond the oracle on the same requests. */
  readonly regret: Estimate;
  /** Regret over that of random choice; NaN where random choice regrets nothing. */
  readonly normalised: number;
  /** One for each seed. */
  readonly figures: readonly Figures[];
}

export interface Experiment {
  readonly scenarios: readonly Scenario[];
  readonly policies: readonly PolicyEntry[];
  readonly seeds: readonly number[];
  /** Told after each run. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** One run's figures. */
export function measure(scenario: Scenario, policy: PolicyEntry, seed: number): Figures {
  const record = new RunRecord(scenario);
  simulate(scenario, policy.make, seed, record);
  return record.figures();
}

/** Rows in the order of scenarios, then policies. The oracle and random choice are run as well, asked for or not. */
export function compare({ scenarios, policies, seeds, onProgress }: Experiment): Row[] {
  const all = [...policies, ...[oracle, randomChoice].filter((own) => !policies.some(({ name }) => name === own.name))];
  const runs = scenarios.length * all.length * seeds.length;
  let done = 0;
  return scenarios.flatMap((scenario) => {
    const figures = new Map(
      all.map((policy) => [
        policy.name,
        seeds.map((seed) => {
          const measured = measure(scenario, policy, seed);
          onProgress?.(++done, runs);
          return measured;
        }),
      ]),
    );
    const floors = figures.get(oracle.name)!.map(cost);
    const regretOf = (name: string): Estimate =>
      estimate(figures.get(name)!.map((one, index) => cost(one) - floors[index]));
    const unit = regretOf(randomChoice.name).mean;
    return policies.map(({ name }) => {
      const regret = regretOf(name);
      const normalised = unit > 0 ? regret.mean / unit : Number.NaN;
      return { scenario: scenario.name, policy: name, regret, normalised, figures: figures.get(name)! };
    });
  });
}
