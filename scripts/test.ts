// `npm test`: every test of the repository, in two lanes.
//
//   unit    *.test.ts          one process for all of them; virtual time, no handle left open
//   socket  *.socket.test.ts   one process each, two at a time; real sockets, real time, child processes
//   long    *.long.test.ts     only with --long, alone: soaks, floods, churn
//
// Arguments: parts of file paths to run only those; --unit for that lane alone; --coverage for the lines of the engine's
// core. With HALE_REQUIRE_ALL=1 a skipped test is a failure: on a machine that has everything, nothing may be skipped.

import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT, runTests, unfinished, whyStuck } from './run-tests.ts';
import type { Result } from './run-tests.ts';
import { filesUnder, laneOf } from './sources.ts';
import type { Lane } from './sources.ts';

const LIMITS: Readonly<Record<Lane, number>> = { unit: 80_000, socket: 45_000, long: 600_000 };
const LEAST_COVERAGE = 95;
const CORE = 'packages/hale/src/core';

const words = process.argv.slice(2);
const isLong = words.includes('--long');
const isCoverage = words.includes('--coverage');
const filters = words.filter((word) => !word.startsWith('--'));
const requireAll = process.env['HALE_REQUIRE_ALL'] === '1';

const began = performance.now();
const counts = { passed: 0, failed: 0, skipped: 0 };
const complaints: string[] = [];

const all = filesUnder('', '.test.ts').filter(
  (file) => filters.length === 0 || filters.some((part) => file.includes(part)),
);
const files = { unit: pick('unit'), socket: pick('socket'), long: pick('long') };

if (isLong) await eachAlone('long', 1);
else {
  await unitLane();
  if (!words.includes('--unit') && !isCoverage) await eachAlone('socket', 2);
}
conclude();

function pick(lane: Lane): string[] {
  return all.filter((file) => laneOf(file) === lane);
}

async function unitLane(): Promise<void> {
  if (files.unit.length === 0) return;
  const flags = isCoverage
    ? ['--experimental-test-coverage', `--test-coverage-include=${CORE}/**`, '--test-coverage-exclude=**/*.test.ts']
    : [];
  const result = await runTests(files.unit, LIMITS.unit, flags);
  count(result, 'the unit lane');
  if (result.code === null) await nameTheCulprit(result);
  if (isCoverage) judgeCoverage(result);
}

async function eachAlone(lane: Lane, workers: number): Promise<void> {
  const queue = [...files[lane]];
  const work = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const result = await runTests([file], LIMITS[lane]);
      count(result, file);
      if (result.code === null) {
        complaints.push(`${file} did not end within ${LIMITS[lane] / 1000} s; ${whyStuck(result.lines)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}

function count(result: Result, where: string): void {
  let failed = 0;
  for (const { event, file, name, text } of result.lines) {
    if (event === 'passed') counts.passed++;
    else if (event === 'skipped') {
      counts.skipped++;
      console.log(`skipped  ${relative(ROOT, file)}: ${name} (${text})`);
    } else if (event === 'failed') {
      failed++;
      console.log(`\nFAILED   ${relative(ROOT, file)}: ${name}\n${text}\n`);
    }
  }
  counts.failed += failed;
  if (result.code !== 0 && failed === 0 && result.code !== null) complaints.push(`${where} ended with ${result.code}`);
  // Green tests have nothing to say; what they printed helps only when one failed.
  if (result.code !== 0) console.log(result.output);
}

// The lane hung. What it was in is a hint only: a test that never lets go of the thread hides what began after the last
// word that got out. So each file runs alone, the likely ones first, and the ones that do not end are named.
async function nameTheCulprit(result: Result): Promise<void> {
  complaints.push(`the unit lane did not end within ${LIMITS.unit / 1000} s; ${whyStuck(result.lines)}`);
  const likely = new Set(unfinished(result.lines).map((text) => text.slice(0, text.indexOf(': '))));
  const ordered = [...files.unit].sort((a, b) => Number(likely.has(b)) - Number(likely.has(a)));
  for (const file of ordered) {
    const alone = await runTests([file], 15_000);
    if (alone.code !== null) continue;
    complaints.push(`alone, ${file} does not end either; ${whyStuck(alone.lines)}`);
    return;
  }
  complaints.push('alone, each file ends: two of them do not go together');
}

function judgeCoverage(result: Result): void {
  const rows = result.lines.filter(({ event }) => event === 'coverage');
  for (const { file, text } of rows)
    if (file === 'all' || Number(text) < LEAST_COVERAGE) console.log(`${String(text).padStart(6)} % of lines  ${file}`);
  // A file that no test loads is in no table at all, and would not lower the figure.
  const isLoaded = new Set(rows.map(({ file }) => file));
  for (const file of filesUnder(CORE, '.ts')) {
    const holdsCode = /^export (?:const|function|class|abstract)/m.test(readFileSync(join(ROOT, file), 'utf8'));
    if (holdsCode && !file.endsWith('.test.ts') && !isLoaded.has(file)) complaints.push(`no test loads ${file}`);
  }
  const total = Number(rows.find(({ file }) => file === 'all')?.text ?? 0);
  if (total < LEAST_COVERAGE)
    complaints.push(`coverage of ${CORE}: expected at least ${LEAST_COVERAGE} % of lines, received ${total} %`);
}

function conclude(): void {
  if (counts.passed + counts.failed === 0) complaints.push('no test ran');
  if (requireAll && counts.skipped > 0) complaints.push(`HALE_REQUIRE_ALL=1 and ${counts.skipped} tests were skipped`);
  for (const complaint of complaints) console.log(`error: ${complaint}`);
  // The same closing lines as node's own runner, which every tool that counts tests can read.
  console.log(`ℹ tests ${counts.passed + counts.failed + counts.skipped}`);
  console.log(`ℹ pass ${counts.passed}`);
  console.log(`ℹ fail ${counts.failed + (counts.failed === 0 ? complaints.length : 0)}`);
  console.log(`ℹ skipped ${counts.skipped}`);
  console.log(`ℹ duration_ms ${Math.round(performance.now() - began)}`);
  process.exitCode = counts.failed > 0 || complaints.length > 0 ? 1 : 0;
}
