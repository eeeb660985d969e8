// Who takes part, by name.

import type { PolicyEntry, Scenario } from 'hale/sim';
import { POLICIES, SCENARIOS } from 'hale/sim';

export function policy(name: string): PolicyEntry {
  const found = POLICIES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no policy ${name}`);
  return found;
}

export function known(name: string): Scenario {
  const found = SCENARIOS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no scenario ${name}`);
  return found;
}

/** Rules of others; what has no rule about health stands between the measures, and is none. */
export const BASELINES: readonly string[] = POLICIES.map(({ name }) => name).filter(
  (name) => !name.startsWith('hale') && name !== 'random' && name !== 'oracle',
);
