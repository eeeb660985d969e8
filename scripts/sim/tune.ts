// `npm run sim:tune`: searches the defaults on one half of the scenarios and confirms on the other half, in another fleet and on
// other seeds. It prints what it found; a person decides, and writes into the code what the other half confirms.
//
// Coordinate search: one default after the other is halved and doubled (defaults.ts), and a value is kept when the sum of
// normalised regrets on the first half falls by more than LEAST_GAIN, which is what chance alone gives. The halves are the
// scenarios in turns, so that each kind of trouble is in both.

import { parseArgs } from 'node:util';
import type { HaleOptions } from 'hale/sim';
import { SCENARIOS } from 'hale/sim';
import { VARIED } from './defaults.ts';
import { seedsFrom } from './job.ts';
import { regretsOf, sumOf } from './regrets.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '6' },
    /** Also the scenarios of more than 500 requests a second, which take most of the time. */
    all: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const LEAST_GAIN = 0.03;
const TUNING_SEEDS = seedsFrom(1, Number(values.seeds));
const CONFIRMING_SEEDS = seedsFrom(301, 2 * Number(values.seeds));

const names = SCENARIOS.filter(({ load }) => values.all || (load.kind !== 'trace' && load.perSecond <= 500)).map(
  ({ name }) => name,
);
const tuning = names.filter((_, index) => index % 2 === 0);
const confirming = names.filter((_, index) => index % 2 === 1);

let chosen: HaleOptions = {};
const found: string[] = [];
for (const { key, default: normal, values: own, options } of VARIED) {
  if (values.only?.split(',').includes(key) === false) continue;
  const candidates = own ?? [normal / 2, normal * 2];
  const specs = candidates.map((value) => ({ name: `${key} ${value}`, options: merged(chosen, options(value)) }));
  const regrets = await regretsOf(tuning, [{ name: 'so far', options: chosen }, ...specs], TUNING_SEEDS, false);
  const [base, ...sums] = regrets.policies.map(({ points }) => sumOf(regrets, points));
  const best = sums.indexOf(Math.min(...sums));
  const isBetter = sums[best] < base * (1 - LEAST_GAIN);
  console.log(
    `${key.padEnd(24)} ${base.toFixed(3)}; ${candidates.map((value, at) => `${value}: ${sums[at].toFixed(3)}`).join(', ')}${isBetter ? `  -> ${candidates[best]}` : ''}`,
  );
  if (!isBetter) continue;
  chosen = specs[best].options;
  found.push(`${key} ${normal} -> ${candidates[best]}`);
}
const confirmed = await regretsOf(confirming, ['hale', { name: 'chosen', options: chosen }], CONFIRMING_SEEDS, true);
const [before, after] = confirmed.policies.map(({ points }) => sumOf(confirmed, points));
console.log(`\nfound: ${found.length === 0 ? 'nothing' : found.join(', ')}`);
console.log(`on the other half, validation: ${before.toFixed(3)} -> ${after.toFixed(3)}`);

function merged(one: HaleOptions, other: HaleOptions): HaleOptions {
  return { settings: { ...one.settings, ...other.settings }, tuning: { ...one.tuning, ...other.tuning } };
}
