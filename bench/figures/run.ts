// `npm run figures`: the table of docs/figures.md, anew. `--json` for programs, names of scenarios to run only those.
//
// Means over the design's seeds: 1 to 3 for what it was tuned on, 101 to 103 for its validation.

import type { Figures } from './measures.ts';
import { cost } from './measures.ts';
import { SCENARIOS, validation } from './scenarios.ts';
import type { PolicyName } from './simulate.ts';
import { POLICIES, simulate } from './simulate.ts';

const SETS = [
  { set: 'tuning', seeds: [1, 2, 3], of: <T>(scenario: T): T => scenario },
  { set: 'validation', seeds: [101, 102, 103], of: validation },
];

interface Row {
  readonly scenario: string;
  readonly set: string;
  readonly policy: PolicyName;
  readonly regret: number;
  readonly figures: Figures;
}

const words = process.argv.slice(2);
const names = words.filter((word) => word !== '--json');
const known = SCENARIOS.map(({ name }) => name);
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.log(`error: expected --json, ${known.join(', ')}, received ${unknown.join(', ')}`);
  process.exitCode = 2;
} else {
  const rows = measure(names.length === 0 ? known : names);
  if (words.includes('--json')) console.log(JSON.stringify(rows, undefined, 1));
  else print(rows);
}

function measure(wanted: readonly string[]): Row[] {
  const rows: Row[] = [];
  for (const scenario of SCENARIOS.filter(({ name }) => wanted.includes(name))) {
    for (const { set, seeds, of } of SETS) {
      const runs = (Object.keys(POLICIES) as PolicyName[]).map((policy) => ({
        policy,
        figures: mean(seeds.map((seed) => simulate(of(scenario), POLICIES[policy], seed))),
      }));
      const floor = cost(runs.find(({ policy }) => policy === 'oracle')!.figures);
      for (const { policy, figures } of runs)
        rows.push({ scenario: scenario.name, set, policy, regret: cost(figures) - floor, figures });
    }
  }
  return rows;
}

function mean(runs: readonly Figures[]): Figures {
  const of = (value: (figures: Figures) => number | undefined): number | undefined => {
    // "Never" in one run of three would make a mean of the other two look like an answer.
    const values = runs.map(value).filter((one) => one !== undefined);
    return values.length < runs.length ? undefined : values.reduce((sum, one) => sum + one, 0) / values.length;
  };
  return {
    lost: of((one) => one.lost)!,
    lostLater: of((one) => one.lostLater)!,
    slow: of((one) => one.slow)!,
    extra: of((one) => one.extra)!,
    detect: of((one) => one.detect),
    restore: of((one) => one.restore),
    trips: of((one) => one.trips)!,
    runs: of((one) => one.runs)!,
  };
}

function print(rows: readonly Row[]): void {
  const head = ['scenario', 'set', 'policy', 'lost %', 'from 1 s %', 'slow %', 'extra %', 'detect s', 'restore s'];
  const cells = rows.map(({ scenario, set, policy, regret, figures }) => [
    scenario,
    set,
    policy,
    figures.lost.toFixed(2),
    figures.lostLater.toFixed(2),
    figures.slow.toFixed(2),
    figures.extra.toFixed(2),
    figures.detect?.toFixed(1) ?? '-',
    figures.restore?.toFixed(1) ?? '-',
    regret.toFixed(2),
    figures.trips.toFixed(1),
    figures.runs.toFixed(1),
  ]);
  const all = [[...head, 'regret', 'trips', 'of a run'], ...cells];
  const widths = all[0].map((_, column) => Math.max(...all.map((line) => line[column].length)));
  for (const line of all)
    console.log(
      line
        .map((cell, column) => (column < 3 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join('  ')
        .trimEnd(),
    );
}
