// `npm run sim:sensitivity`: what becomes of the sum of regrets when one default is halved or doubled, the rest as it is.
// `--page` writes the table to docs/decisions/defaults.md as well.

import { parseArgs } from 'node:util';
import { SCENARIOS } from 'hale/sim';
import { VARIED } from './defaults.ts';
import { seedsFrom } from './job.ts';
import { writeTable } from './page.ts';
import type { Regrets } from './regrets.ts';
import { LEAST_UNIT, regretsOf, sumOf } from './regrets.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '6' },
    first: { type: 'string', default: '1' },
    only: { type: 'string' },
    /** Leaves out the scenarios of more than 500 requests a second, which take most of the time. */
    quick: { type: 'boolean', default: false },
    validation: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
  },
});
const scenarios = SCENARIOS.filter(({ load }) => !values.quick || (load.kind !== 'trace' && load.perSecond <= 500)).map(
  ({ name }) => name,
);
const varied = VARIED.filter(({ key }) => values.only?.split(',').includes(key) ?? true);
const variants = varied.flatMap(({ key, default: normal, values: own, options }) =>
  (own ?? [normal / 2, normal * 2]).map((value) => ({
    key,
    normal,
    value,
    spec: { name: `${key}=${value}`, options: options(value) },
  })),
);
const seeds = seedsFrom(Number(values.first), Number(values.seeds));
const regrets = await regretsOf(scenarios, ['hale', ...variants.map(({ spec }) => spec)], seeds, values.validation);
const [own, ...others] = regrets.policies;
const sum = sumOf(regrets, own.points);
const rows = others.map(({ points }, index) => {
  const { key, normal, value } = variants[index];
  const change = sumOf(regrets, points) / sum - 1;
  return [key, String(normal), String(value), signed(100 * change, 0), worst(points)];
});
console.log(`sum of normalised regrets with the defaults: ${sum.toFixed(3)} over ${scenarios.length} scenarios`);
for (const [key, normal, value, change, where] of rows)
  console.log(`${key.padEnd(24)} ${normal.padStart(6)} -> ${value.padEnd(6)} ${change.padStart(5)} %  ${where}`);
if (values.page)
  writeTable('docs/decisions/defaults.md', 'sensitivity', [
    ['default', 'is', 'tried', 'sum of regrets, %', 'most changed'],
    ...rows.map(([key, ...rest]) => [`\`${key}\``, ...rest]),
  ]);

// The three scenarios that change most, in units of random choice.
function worst(points: Regrets['policies'][number]['points']): string {
  return scenarios
    .map((name, at) => {
      const unit = regrets.units[at];
      return { name, change: unit >= LEAST_UNIT ? (points[at].mean - own.points[at].mean) / unit : 0 };
    })
    .toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .slice(0, 3)
    .map(({ name, change }) => `${name} ${signed(change, 2)}`)
    .join(', ');
}

function signed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return value >= 0 ? `+${text}` : text;
}
