// `npm run sim:update`: measures hale's regret anew, prints the difference, and records the ceilings of the guard.
//
// Lower ones are recorded; a higher one is refused without `--because "..."`, which is kept beside it, so that whoever
// comes later finds why something was allowed to become worse.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Estimate } from 'hale/sim';
import { SCENARIOS } from 'hale/sim';
import { CEILINGS_FILE, GUARD_SEEDS, MOST_REQUESTS, readCeilings } from '../../test/regret/ceilings.ts';
import type { Ceiling } from '../../test/regret/ceilings.ts';
import { seedsFrom } from './job.ts';
import { regretsOf } from './regrets.ts';

/** Twenty, and none of the test's: the ceiling must not be fitted to the draws that it is compared with. */
const SEEDS = seedsFrom(1001, 20);
/** What is nothing: a restore that is seen a step later, divided by the seeds. */
const SLACK = 0.02;
const STANDARD_ERRORS = 3;

const { because } = parseArgs({ options: { because: { type: 'string' } } }).values;
const names = SCENARIOS.filter(
  ({ load, lengthMs, fleet }) =>
    load.kind !== 'trace' && (load.perSecond * lengthMs) / 1000 <= MOST_REQUESTS && fleet.instances <= 100,
).map(({ name }) => name);
const known = readCeilings();
const regrets = await regretsOf(names, ['hale'], SEEDS, false);
const next: Record<string, Ceiling> = {};
const raised: string[] = [];
for (const [index, points] of regrets.policies[0].points.entries()) {
  const name = names[index];
  const before = known[name];
  const fresh = ceilingOf(points);
  const isHigher = before !== undefined && fresh.ceiling > before.ceiling + 1e-9;
  // Noise of the estimate alone does not raise a ceiling: the old one is kept while the new mean lies below it.
  const isWorse = isHigher && fresh.mean > Math.max(before.ceiling - SLACK, before.mean + SLACK / 2);
  if (isWorse) raised.push(name);
  const reason = isWorse ? because : before?.because;
  const kept = isHigher && !isWorse ? { ...before, mean: fresh.mean } : fresh;
  next[name] = { ...kept, ...(reason !== undefined && { because: reason }) };
  const change =
    before === undefined
      ? 'new'
      : `mean ${before.mean} -> ${fresh.mean}, ceiling ${before.ceiling} -> ${next[name].ceiling}`;
  if (before === undefined || before.mean !== fresh.mean)
    console.log(`${name.padEnd(24)} ${change}${isWorse ? '  WORSE' : ''}`);
}
for (const gone of Object.keys(known).filter((name) => !names.includes(name))) console.log(`${gone.padEnd(24)} gone`);
if (raised.length > 0 && (because === undefined || because.trim() === '')) {
  console.log(
    `\nNothing was recorded: ${raised.join(', ')} would be allowed to become worse. If that is meant, say why:`,
  );
  console.log('npm run sim:update -- --because "..."');
  process.exitCode = 1;
} else {
  writeFileSync(CEILINGS_FILE, `${JSON.stringify(next, undefined, 2)}\n`);
  console.log(`${Object.keys(next).length} ceilings recorded`);
}

function ceilingOf({ mean, margin, count }: Estimate): Ceiling {
  // The margin is t x s / sqrt(n); with 20 seeds t is 2.093.
  const deviation = (margin / 2.093) * Math.sqrt(count);
  const ceiling = mean + (STANDARD_ERRORS * deviation) / Math.sqrt(GUARD_SEEDS.length) + SLACK;
  return { mean: rounded(mean), ceiling: rounded(ceiling) };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
