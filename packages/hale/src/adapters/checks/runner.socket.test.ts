// In real time: what the runner's timers do to a process.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folder = new URL('.', import.meta.url);

const program = (last: string): string => `
  import { CheckRunner } from '${new URL('runner.ts', folder)}';
  import { monotonicClock, seededRandom } from '${new URL('../../core/kernel/index.ts', folder)}';
  import { resolveSettings } from '${new URL('../../core/model/index.ts', folder)}';
  const state = { instance: { id: 'a' }, circuit: 'closed', mode: 'ready', msSinceGoodTraffic: Infinity };
  const service = {
    settings: resolveSettings({ checkInterval: '1h', check: { timeout: '50ms' } }, []),
    ids: () => ['a'],
    get: () => state,
    report: (id, outcome) => console.log(id, outcome.kind),
  };
  const check = () => new Promise(() => {});
  const runner = new CheckRunner(service, { check, clock: monotonicClock, random: seededRandom(1) });
  runner.start();
  ${last}
`;

async function output(last: string): Promise<string> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program(last)], { timeout: 30_000 });
  return stdout.trim();
}

test('a runner that waits for its next check lets the process end', async () => {
  assert.equal(await output(''), '');
});

test('an awaited check keeps the process alive until its time-out, although nothing else does', async () => {
  assert.equal(await output(`await runner.checkNow(); console.log('told');`), 'a failure\ntold');
});
