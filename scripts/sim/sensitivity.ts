// `npm run sim:sensitivity`: what becomes of the sum of regrets when one default is halved or doubled, the rest as it is.

import type { HaleOptions } from 'hale/sim';
import { SCENARIOS } from 'hale/sim';
import { parseArgs } from 'node:util';
import { VARIED } from './defaults.ts';
import { seedsFrom } from './job.ts';
import type { PolicySpec } from './job.ts';
import { LEAST_UNIT, regretsOf, sumOf } from './regrets.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    first: { type: 'string', default: '1' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    validation: { type: 'boolean', default: false },
  },
});
const scenarios = SCENARIOS.filter(
  ({ load, lengthMs }) => !values.quick || (load.kind !== 'trace' && load.perSecond * lengthMs < 40e6),
).map(({ name }) => name);
const varied = VARIED.filter(({ key }) => values.only === undefined || values.only.split(',').includes(key));
const variants: { key: string; value: string; spec: PolicySpec }[] = varied.flatMap(
  ({ key, default: normal, values: own, options }) =>
    (own ?? [normal / 2, normal * 2]).map((value) => ({
      key,
      value: String(value),
      spec: { name: `${key}=${value}`, options: options(value) as HaleOptions },
    })),
);
const regrets = await regretsOf(
  scenarios,
  ['hale', ...variants.map(({ spec }) => spec)],
  seedsFrom(Number(values.first), Number(values.seeds)),
  values.validation,
);
const [own, ...others] = regrets.policies;
const base = sumOf(regrets, own.points);
console.log(`sum of normalised regrets with the defaults: ${base.toFixed(3)} over ${scenarios.length} scenarios`);
for (const [index, { points }] of others.entries()) {
  const sum = sumOf(regrets, points);
  const worst = scenarios
    .map((name, at) => ({
      name,
      change: regrets.units[at] >= LEAST_UNIT ? (points[at].mean - own.points[at].mean) / regrets.units[at] : 0,
    }))
    .toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .slice(0, 4);
  console.log(
    `${variants[index].key.padEnd(26)} ${variants[index].value.padEnd(10)} ${sum.toFixed(3)} ${(100 * (sum / base - 1)).toFixed(0).padStart(5)} %  ${worst.map(({ name, change }) => `${name} ${change >= 0 ? '+' : ''}${change.toFixed(2)}`).join(', ')}`,
  );
}
