// `hale sim --list`: what can be asked for by name, for people and for programs.

import type { PolicyEntry, Scenario } from 'hale/sim';
import { POLICIES, SCENARIOS } from 'hale/sim';
import { wrapped } from './wrapped.ts';

const WIDTH = 80;

export function listText(): string {
  const longest = Math.max(...[...SCENARIOS, ...POLICIES].map(({ name }) => name.length));
  return `Scenarios:\n${lines(SCENARIOS, longest + 4)}\n\nPolicies:\n${lines(POLICIES, longest + 4)}\n`;
}

export function listJson(): string {
  const scenarios = SCENARIOS.map(({ name, doc }) => ({ name, doc }));
  const policies = POLICIES.map(({ name, doc, source }) => ({ name, doc, source }));
  return `${JSON.stringify({ scenarios, policies }, undefined, 1)}\n`;
}

function lines(entries: readonly (Scenario | PolicyEntry)[], indent: number): string {
  return entries
    .map(({ name, doc }) => {
      const [first, ...more] = wrapped(doc, WIDTH - indent);
      return [`  ${name}`.padEnd(indent) + first, ...more.map((line) => ' '.repeat(indent) + line)].join('\n');
    })
    .join('\n');
}
