// `npm run bench`: runs all benches, prints one table of medians and ratios. `npm run bench -- pick-10 update` runs some.
//
// Each bench has a process of its own: code that the engine compiled for one would otherwise be what the next is timed
// with. Exit 1 if a bench broke; a promise that is not kept is shown and is no error, since it depends on the machine.

import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import type { Bench, Row } from './bench.ts';
import { clockBench } from './clock.bench.ts';
import { garbageBench, memoryBench } from './memory.bench.ts';
import { pickBenches, scaleBench } from './pick.bench.ts';
import { poolBench } from './pool.bench.ts';
import { installRivals } from './rivals.ts';
import { runBench } from './run.bench.ts';
import { simBench } from './sim.bench.ts';
import { updateBench } from './update.bench.ts';

const BENCHES: readonly Bench[] = [
  ...pickBenches,
  scaleBench,
  clockBench,
  runBench,
  poolBench,
  memoryBench,
  garbageBench,
  updateBench,
  simBench,
];
/** What stands before a child's rows: anything else that it prints is not meant for us. */
const MARK = 'rows: ';

const [first, ...rest] = process.argv.slice(2);
if (first === '--one') await runOne(rest[0]);
else runAll(first === undefined ? BENCHES.map(({ name }) => name) : [first, ...rest]);

async function runOne(name: string): Promise<void> {
  const bench = BENCHES.find((candidate) => candidate.name === name);
  const rows = (await bench?.run()) ?? [];
  console.log(MARK + JSON.stringify(rows));
  // The process may hold background work of a rival; there is nothing left to wait for.
  process.exit(0);
}

function runAll(names: readonly string[]): void {
  const unknown = names.filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    console.log(`error: expected ${BENCHES.map(({ name }) => name).join(', ')}, received ${unknown.join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const rows: Row[] = [];
  for (const bench of BENCHES.filter(({ name }) => names.includes(name))) {
    const missing = bench.needsRivals ? installRivals() : '';
    if (missing) rows.push({ what: bench.name, value: 'skipped', beside: missing, promise: '' });
    else rows.push(...inItsOwnProcess(bench.name));
  }
  console.log(
    `\nNode ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ${new Date().toISOString().slice(0, 10)}\n`,
  );
  print(rows);
}

function inItsOwnProcess(name: string): Row[] {
  console.error(`${name} ...`);
  const words = [...process.execArgv, '--expose-gc', import.meta.filename, '--one', name];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, {
    encoding: 'utf8',
    timeout: 600_000,
    maxBuffer: 2 ** 24,
  });
  const line = stdout.split('\n').find((text) => text.startsWith(MARK));
  if (status === 0 && line !== undefined) return JSON.parse(line.slice(MARK.length)) as Row[];
  process.exitCode = 1;
  console.error(stderr);
  return [{ what: name, value: 'broke', beside: '', promise: '' }];
}

function print(rows: readonly Row[]): void {
  const table = rows.map(({ what, value, beside, ratio, promise, kept }) => [
    what,
    value,
    beside,
    ratio === undefined ? '' : ratio.toFixed(2),
    promise,
    kept === undefined ? '' : kept ? 'kept' : 'NOT KEPT',
  ]);
  const all = [['what', 'median', 'beside', 'ratio', 'promised', ''], ...table];
  const widths = all[0].map((_, column) => Math.max(...all.map((cells) => cells[column].length)));
  for (const cells of all)
    console.log(
      cells
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    );
}
