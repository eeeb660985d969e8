// `npm run sim:claims`: what is claimed of hale, each claim as an experiment with a number, on seeds that nothing was tuned
// on. Exit 0 whether or not a claim is kept: a claim that is not is a finding, and its row says so.

import { parseArgs } from 'node:util';
import { GROUPS } from './claims/groups.ts';
import { takeSamples } from './claims/take-samples.ts';
import { seedsFrom } from './job.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    first: { type: 'string', default: '2001' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const only = values.only?.split(',');
const groups = GROUPS.filter(({ name }) => only?.includes(name) ?? true);
const unknown = only?.filter((name) => !GROUPS.some((group) => group.name === name)) ?? [];
if (unknown.length > 0) {
  console.log(`error: expected ${GROUPS.map(({ name }) => name).join(', ')}, received ${unknown.join(', ')}`);
  process.exitCode = 2;
} else {
  const samples = await takeSamples(
    groups.map(({ name }) => name),
    seedsFrom(Number(values.first), Number(values.seeds)),
  );
  const rows = groups.flatMap(({ name, judge }) => judge(samples.get(name)!).map((row) => ({ group: name, ...row })));
  if (values.json) {
    console.log(JSON.stringify({ rows, samples: Object.fromEntries(samples) }));
  } else {
    print([
      ['claim', 'measured', 'asked', ''],
      ...rows.map(({ claim, measured, asked, kept }) => [
        claim,
        measured,
        asked,
        kept === undefined ? '' : kept ? 'kept' : 'NOT KEPT',
      ]),
    ]);
    const asked = rows.filter(({ kept }) => kept !== undefined);
    console.log(`\n${asked.filter(({ kept }) => kept).length} of ${asked.length} kept`);
  }
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  for (const row of rows)
    console.log(
      row
        .map((cell, at) => cell.padEnd(widths[at]))
        .join('  ')
        .trimEnd(),
    );
}
