// A job of an experiment: one scenario, one policy, some seeds. Plain data, so that it can go to a thread.

import type { Figures, HaleOptions, PolicyEntry } from 'hale/sim';
import { POLICIES, SCENARIOS, haleWith, measure, validation } from 'hale/sim';

export interface Job {
  readonly scenario: string;
  /** In the fleet of the validation: another size, other work. */
  readonly isValidation: boolean;
  readonly policy: PolicySpec;
  readonly seeds: readonly number[];
}

/** A policy of the list, or hale with other numbers. */
export type PolicySpec = string | { readonly name: string; readonly options: Omit<HaleOptions, 'strategy'> };

/** Figures, one for each seed. */
export function runJob({ scenario, isValidation, policy, seeds }: Job): Figures[] {
  const found = named(SCENARIOS, scenario);
  const entry = policyOf(policy);
  return seeds.map((seed) => measure(isValidation ? validation(found) : found, entry, seed));
}

function policyOf(spec: PolicySpec): PolicyEntry {
  return typeof spec === 'string'
    ? named(POLICIES, spec)
    : haleWith(spec.name, 'hale with other numbers', spec.options);
}

function named<T extends { readonly name: string }>(list: readonly T[], name: string): T {
  const found = list.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

/** `count` seeds from `first` on. */
export function seedsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
