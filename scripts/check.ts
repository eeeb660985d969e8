// `npm run check`: everything that can be said of the repository without running the product. All steps run, each gives
// its verdict, and what failed is shown in full; exit 1 if any did. Names as arguments run only those steps.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './run-tests.ts';

interface Step {
  readonly name: string;
  /** Commands of node_modules/.bin, run one after the other until one fails. */
  readonly commands: readonly (readonly string[])[];
}

const STEPS: readonly Step[] = [
  // First what is shipped, by the configuration that ships it; then tests, scripts, benchmarks and examples with it.
  {
    name: 'types',
    commands: [
      ['tsc', '-b'],
      ['tsc', '-p', 'tsconfig.check.json'],
    ],
  },
  { name: 'lint', commands: [['oxlint', '--type-aware', '--deny-warnings']] },
  { name: 'format', commands: [['oxfmt', '--check']] },
  // Import layers and cycles, words, and what the packages promise: tests, since they look at sources only.
  { name: 'house', commands: [['node', 'scripts/test.ts', '--unit', 'test/layers', 'test/words', 'test/packages']] },
  { name: 'unused', commands: [['knip', '--no-progress']] },
  {
    name: 'packages',
    commands: [
      ['publint', 'packages/hale', '--strict'],
      ['publint', 'packages/server', '--strict'],
    ],
  },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) {
  console.log(`error: expected ${STEPS.map(({ name }) => name).join(', ')}, received ${unknown.join(', ')}`);
  process.exitCode = 2;
} else {
  let failed = 0;
  // One after the other: lint and publint read what `tsc -b` has written.
  for (const step of STEPS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const began = performance.now();
    const output = await firstFailure(step);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${output === undefined ? 'ok    ' : 'FAILED'} ${step.name.padEnd(10)} ${seconds} s`);
    if (output !== undefined) {
      failed++;
      console.log(output);
    }
  }
  console.log(failed === 0 ? 'all checks passed' : `${failed} checks failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** What the first failing command of a step printed, or undefined. */
async function firstFailure({ commands }: Step): Promise<string | undefined> {
  for (const [program, ...words] of commands) {
    const { code, output } = await run(program, words);
    if (code !== 0) return output;
  }
  return undefined;
}

async function run(program: string, words: readonly string[]): Promise<{ code: number; output: string }> {
  const path = `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`;
  const child = spawn(program, words, {
    cwd: ROOT,
    env: { ...process.env, PATH: path, NO_COLOR: '1', FORCE_COLOR: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  return await new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, output: String(error) }));
    child.once('close', (code) => resolve({ code: code ?? 1, output: output.join('') }));
  });
}
