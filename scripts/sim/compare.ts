// `npm run sim:compare`: every policy in every scenario, in the fleet of the validation and on seeds that nothing was tuned
// on. Prints the table; with `--out FILE` keeps what was measured, for the page.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { POLICIES, SCENARIOS } from 'hale/sim';
import { seedsFrom } from './job.ts';
import { LEAST_UNIT, regretsOf, sumOf } from './regrets.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    first: { type: 'string', default: '501' },
    tuning: { type: 'boolean', default: false },
    only: { type: 'string' },
    policies: { type: 'string' },
    out: { type: 'string' },
  },
});
const names = SCENARIOS.map(({ name }) => name).filter((name) => values.only?.split(',').includes(name) ?? true);
const policies = POLICIES.map(({ name }) => name).filter(
  (name) => !['oracle', 'random'].includes(name) && (values.policies?.split(',').includes(name) ?? true),
);
const regrets = await regretsOf(names, policies, seedsFrom(Number(values.first), Number(values.seeds)), !values.tuning);
const normalised = (scenario: number, policy: number): string => {
  const { mean } = regrets.policies[policy].points[scenario];
  const unit = regrets.units[scenario];
  return unit >= LEAST_UNIT ? (mean / unit).toFixed(2) : `${mean.toFixed(2)} p`;
};
print([
  ['scenario', 'unit', ...policies],
  ...names.map((name, scenario) => [
    name,
    regrets.units[scenario].toFixed(2),
    ...policies.map((_, policy) => normalised(scenario, policy)),
  ]),
  ['sum', '', ...regrets.policies.map(({ points }) => sumOf(regrets, points).toFixed(2))],
]);
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(regrets)}\n`);

function print(rows: readonly (readonly string[])[]): void {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    console.log(
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
    );
  }
}
