// One process of tests: started, timed, its report read.
//
// All files given run in that one process (`--test-isolation=none`): a process costs 0.1 to 0.3 s, and most of our test
// files need 10 ms. What it costs in turn: a test that leaves a handle open holds up the whole lane, so a lane has a
// time-out, and the file that caused it is found and named.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Line } from './reporter.ts';

export interface Result {
  readonly lines: readonly Line[];
  /** What the tests themselves printed. */
  readonly output: string;
  /** 0 when all passed; null when it was ended for taking too long. */
  readonly code: number | null;
}

export const ROOT: string = fileURLToPath(new URL('..', import.meta.url));

/** Runs the files in one process of this very Node, for at most `limitMs`. */
export async function runTests(
  files: readonly string[],
  limitMs: number,
  flags: readonly string[] = [],
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'hale-test-'));
  const report = join(folder, 'report.jsonl');
  // Node 22 knows the flag by its first name only.
  const isolation = process.version.startsWith('v22.') ? '--experimental-test-isolation=none' : '--test-isolation=none';
  const reporter = fileURLToPath(new URL('reporter.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    [
      '--conditions=hale-source',
      '--disable-warning=ExperimentalWarning',
      '--test',
      isolation,
      `--test-reporter=${reporter}`,
      '--test-reporter-destination=stdout',
      ...flags,
      ...files,
    ],
    // A test process of node:test that finds this variable believes that it is one file of a larger run.
    {
      cwd: ROOT,
      env: { ...process.env, HALE_TEST_REPORT: report, NODE_TEST_CONTEXT: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const output: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  let tooLong = false;
  const timer = setTimeout(() => {
    tooLong = true;
    child.kill('SIGKILL');
  }, limitMs);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  const lines = existsSync(report) ? readLines(readFileSync(report, 'utf8')) : [];
  rmSync(folder, { recursive: true, force: true });
  return { lines, output: output.join(''), code: tooLong ? null : (code ?? 1) };
}

/** Why a process did not end: the tests that it was in, or else the handles that it held when it fell silent. */
export function whyStuck(lines: readonly Line[]): string {
  const open = unfinished(lines);
  if (open.length > 0) return `under way: ${open.join(', ')}`;
  return `no test was under way; open: ${lines.findLast(({ event }) => event === 'open')?.text ?? 'unknown, it never fell silent'}`;
}

/** Tests that began and never ended, as `file: name`; empty when the process hung after its last test. */
export function unfinished(lines: readonly Line[]): string[] {
  const open = new Map<string, number>();
  for (const { event, file, name } of lines) {
    const key = `${relative(ROOT, file)}: ${name}`;
    if (event === 'began') open.set(key, (open.get(key) ?? 0) + 1);
    else if (event !== 'coverage' && event !== 'open') open.set(key, (open.get(key) ?? 0) - 1);
  }
  return [...open].filter(([, count]) => count > 0).map(([key]) => key);
}

function readLines(text: string): Line[] {
  // The last line may be cut when the process was ended while writing it.
  return text.split('\n').flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Line] : []));
}
