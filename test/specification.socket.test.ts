// Holds docs/specification.md to its word: every item of the specification has its row, the file that is said to do it
// exists, and the test that is said to prove it runs, is not skipped, and passes.
//
// The tests are run here, in a process of their own, rather than read from what another run left behind: a report of
// yesterday would prove yesterday.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, test } from 'node:test';
import { ROOT, runTests } from '../scripts/run-tests.ts';

interface Row {
  readonly item: string;
  readonly file: string;
  readonly testFile: string;
  readonly testName: string;
}

const TABLE = 'docs/specification.md';

// How many items each heading of the specification has.
const ITEMS: Readonly<Record<string, number>> = {
  Purpose: 5,
  HealthAwareConfig: 6,
  HealthAwareLoadBalancer: 5,
  'Key features: selection': 4,
  'Key features: breaking': 4,
  'Key features: monitoring': 4,
  'Key features: recovery': 4,
  'Instance selection': 5,
  'Health management': 4,
  Performance: 4,
  Security: 4,
  'Known issues': 3,
  'Future improvements': 5,
};

const lines = readFileSync(join(ROOT, TABLE), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2);
const rows = lines.map(parse);

test('the table has a row for every item of the specification', () => {
  const counts: Record<string, number> = {};
  for (const { item } of rows) {
    const heading = item.slice(0, item.lastIndexOf(' / '));
    counts[heading] = (counts[heading] ?? 0) + 1;
  }
  assert.deepEqual(counts, ITEMS);
  assert.equal(new Set(rows.map(({ testName }) => testName)).size, rows.length, 'each item has a test of its own');
});

test('each row names a file that exists', () => {
  assert.deepEqual(
    rows.filter(({ file }) => !existsSync(join(ROOT, file))).map(({ item, file }) => `${item}: ${file}`),
    [],
  );
});

const files = [...new Set(rows.map(({ testFile }) => testFile))];
const missing = files.filter((file) => !existsSync(join(ROOT, file)));
const report = await runTests(
  files.filter((file) => !missing.includes(file)),
  30_000,
);

describe('each row names a test that ran, was not skipped, and passed', () => {
  for (const { item, testFile, testName } of rows) {
    test(item, () => {
      const events = report.lines
        .filter(({ file, name }) => relative(ROOT, file) === testFile && name === testName)
        .map(({ event }) => event);
      assert.deepEqual(events, ['began', 'passed'], `${testFile}: ${testName}`);
    });
  }
});

function parse(line: string): Row {
  const cells = line.split('|').map((cell) => cell.trim());
  const [, heading, name, , file, proof] = cells;
  const match = /^`([^`]+)`: (.+)$/.exec(proof ?? '');
  if (!match || cells.length !== 7)
    throw new Error(`${TABLE}: expected five cells, the last as \`file\`: name, received ${line}`);
  return { item: `${heading} / ${name}`, file: file.replaceAll('`', ''), testFile: match[1], testName: match[2] };
}
