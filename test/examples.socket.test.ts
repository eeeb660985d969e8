// The examples, run as a reader runs them: each ends by itself, and ends well.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../scripts/run-tests.ts';
import { filesUnder } from '../scripts/sources.ts';

/** What the output has to end with, and what it has to hold. */
const ENDS: Readonly<Record<string, readonly [last: RegExp, ...others: RegExp[]]>> = {
  'examples/library.ts': [/^the circuit of b is closed$/, /^ {2}tripped b$/m, /^ {2}restored b$/m],
  'examples/proxy/from-file.ts': [/^600 of 600 requests answered, hale ended with 0$/],
  'examples/proxy/in-program.ts': [/^closed$/, /^c drains: (?!.*\bc )/m, /^instances: a, b$/m],
  'examples/providers.ts': [/^160 of 160 prompts answered$/, /^ {2}cheap asked for a rest$/m, /nobody blamed$/m],
};

for (const [file, [last, ...others]] of Object.entries(ENDS)) {
  test(`${file} runs to its good end`, async () => {
    const { code, out, err } = await run(['--conditions=hale-source', join(ROOT, file)]);
    assert.deepEqual([code, err], [0, ''], out);
    assert.match(out.trimEnd().split('\n').at(-1)!, last);
    for (const other of others) assert.match(out, other);
  });
}

test('every example is run and listed', () => {
  const programs = filesUnder('examples', '.ts').filter((file) => file !== 'examples/instance.ts');
  assert.deepEqual(programs, Object.keys(ENDS).sort());
  const list = readFileSync(join(ROOT, 'examples/README.md'), 'utf8');
  for (const file of programs) assert.ok(list.includes(`npx node ${file}`), file);
});

test('the examples hold their types', async () => {
  const { out } = await run([join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(ROOT, 'examples')]);
  // Faults of the sources themselves are the business of npm run check.
  assert.deepEqual(
    out.split('\n').filter((line) => line.startsWith('examples/')),
    [],
  );
});

function run(words: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...words], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}
