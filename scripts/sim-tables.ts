// The tables of docs/simulator.md: what `hale sim` knows by name.

import { POLICIES, SCENARIOS } from '../packages/hale/src/sim/index.ts';

type Row = readonly string[];

/** policy, what it does, source */
export function policyRows(): Row[] {
  return POLICIES.map(({ name, doc, source }) => [`\`${name}\``, doc, source]);
}

/** scenario, what happens */
export function builtinRows(): Row[] {
  return SCENARIOS.map(({ name, doc }) => [`\`${name}\``, doc]);
}
