// `npm run sim:compare`: every policy in every scenario, in the fleet of the validation and on seeds that nothing was tuned
// on. Prints the table; `--page` writes it to docs/decisions/comparison.md as well.

import { parseArgs } from 'node:util';
import { POLICIES, SCENARIOS } from 'hale/sim';
import { seedsFrom } from './job.ts';
import { writeTable } from './page.ts';
import type { Regrets } from './regrets.ts';
import { LEAST_UNIT, regretsOf, sumOf } from './regrets.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    first: { type: 'string', default: '501' },
    tuning: { type: 'boolean', default: false },
    only: { type: 'string' },
    policies: { type: 'string' },
    page: { type: 'boolean', default: false },
  },
});
const OWN: readonly string[] = ['hale', 'hale-specification', 'hale-shed'];
const BASELINES: readonly string[] = POLICIES.map(({ name }) => name).filter(
  (name) => !['oracle', 'random', ...OWN].includes(name),
);
const scenarios = SCENARIOS.map(({ name }) => name).filter((name) => values.only?.split(',').includes(name) ?? true);
const policies = values.policies?.split(',') ?? [...OWN, ...BASELINES];
const regrets = await regretsOf(
  scenarios,
  policies,
  seedsFrom(Number(values.first), Number(values.seeds)),
  !values.tuning,
);
print([
  ['scenario', 'random', ...policies],
  ...scenarios.map((name, at) => [
    name,
    regrets.units[at].toFixed(2),
    ...policies.map((policy) => cell(regrets, policy, at)),
  ]),
  ['sum', '', ...policies.map((policy) => sumOf(regrets, pointsOf(regrets, policy)).toFixed(2))],
]);
if (values.page) writeTable('docs/decisions/comparison.md', 'comparison', pageRows());

// The page is read by people: hale in its three forms, the best and the median of the others, and six by name.
function pageRows(): string[][] {
  const named = ['haproxy', 'envoy50', 'linkerd', 'finagle', 'prequal', 'opossum'];
  const rows = scenarios.map((name, at) => {
    const others = BASELINES.map((policy) => ({ policy, points: pointsOf(regrets, policy)[at].mean }));
    others.sort((a, b) => a.points - b.points);
    const median = others[Math.floor(others.length / 2)];
    return [
      name,
      regrets.units[at].toFixed(2),
      ...OWN.map((policy) => cell(regrets, policy, at)),
      `${cell(regrets, others[0].policy, at)} ${others[0].policy}`,
      cell(regrets, median.policy, at),
      ...named.map((policy) => cell(regrets, policy, at)),
    ];
  });
  const sums = (policy: string): string => sumOf(regrets, pointsOf(regrets, policy)).toFixed(2);
  const best = BASELINES.toSorted((a, b) => Number(sums(a)) - Number(sums(b)))[0];
  const total = ['**sum**', '', ...OWN.map(sums), `${sums(best)} ${best}`, '', ...named.map(sums)];
  return [['scenario', 'random, points', ...OWN, 'best baseline', 'median baseline', ...named], ...rows, total];
}

function pointsOf({ policies: all }: Regrets, name: string): Regrets['policies'][number]['points'] {
  return all.find((one) => one.name === name)!.points;
}

/** In units of random choice; in points, with a p, where there is no unit. */
function cell(all: Regrets, policy: string, at: number): string {
  const { mean } = pointsOf(all, policy)[at];
  return all.units[at] >= LEAST_UNIT ? (mean / all.units[at]).toFixed(2) : `${mean.toFixed(2)} p`;
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    const cells = row.map((text, column) =>
      column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]),
    );
    console.log(cells.join('  '));
  }
}
