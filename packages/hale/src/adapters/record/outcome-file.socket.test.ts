// A process of its own, for what one process cannot show of itself: its end, and a disk that is full.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { linesOf, pathIn } from './folder-fixture.test.ts';

const RECORD = new URL('./index.ts', import.meta.url).href;

/** Runs a script, behind `limit` of the shell; resolves with what it printed. */
async function play(script: string, limit = ':'): Promise<string> {
  const source = `import { recordTo } from ${JSON.stringify(RECORD)};
    const outcome = { time: 1, service: 'api', instance: 'a', outcome: 'success', source: 'traffic' };
    ${script}`;
  const flags = [
    '--disable-warning=ExperimentalWarning',
    '--conditions=hale-source',
    '--input-type=module',
    '-e',
    source,
  ];
  const child = spawn('sh', ['-c', `${limit}; exec "$0" "$@"`, process.execPath, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  assert.equal(code, 0);
  return printed;
}

test('a process that ends by itself has written every line', async (t) => {
  const path = pathIn(t);
  // The last one comes while a write is under way.
  await play(`const record = recordTo(${JSON.stringify(path)});
    for (let i = 0; i < 50; i++) record.write(outcome);
    void record.flush();
    setImmediate(() => record.write(outcome));`);
  assert.equal(linesOf(path).length, 52);
});

test('a process ends though its record cannot be written', async (t) => {
  const path = pathIn(t, 'missing/outcomes.jsonl');
  const printed = await play(
    `recordTo(${JSON.stringify(path)}, { onFailure: (reason) => console.log(reason) }).write(outcome);`,
  );
  assert.match(printed, /^ENOENT.*\n$/);
});

test('a write that stops half-way is taken back: no line is torn, none is there twice', async (t) => {
  const path = pathIn(t);
  // The system cuts a write at the largest size that a file of this process may have, as it does where a disk ends.
  const printed = await play(
    `const record = recordTo(${JSON.stringify(path)});
    let number = 0;
    const write = (count) => { while (count-- > 0) record.write({ ...outcome, time: ++number }); };
    write(10);
    await record.flush();
    write(500);
    await record.flush();
    await record.flush();
    console.log(JSON.stringify(record.counts()));`,
    'ulimit -f 16',
  );
  const { written, errors, lastError } = JSON.parse(printed) as { written: number; errors: number; lastError: string };
  assert.deepEqual([written, errors], [10, 2]);
  assert.match(lastError, /EFBIG/);
  assert.deepEqual(
    linesOf(path)
      .slice(1)
      .map((line) => (JSON.parse(line) as { time: number }).time),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
});
