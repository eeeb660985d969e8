// Whether a process may end: background timers never keep it, awaited ones do, and close() stops them all.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const LIBRARY = new URL('./index.ts', import.meta.url).href;
const TIME_LIMIT_MS = 10_000;

/** Runs a script in a process of its own: its exit code (null when it had to be ended) and what it printed. */
async function play(script: string): Promise<{ code: number | null; printed: string }> {
  const source = `import { HealthAwareLoadBalancer } from ${JSON.stringify(LIBRARY)};\n${script}`;
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', source],
    {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    },
  );
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT_MS);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  return { code, printed };
}

test('a process ends by itself while a service with checks exists', async () => {
  const { code, printed } = await play(`
    const balancer = new HealthAwareLoadBalancer({ check: () => true, checkInterval: '10ms' });
    const users = balancer.service('users');
    users.update([{ id: 'a' }, { id: 'b' }]);
    users.pick().succeed();
    console.log('done');`);
  assert.deepEqual([code, printed], [0, 'done\n']);
});

test('checks run while something else keeps the process, and close() stops them', async () => {
  const { code, printed } = await play(`
    let checks = 0;
    const balancer = new HealthAwareLoadBalancer({ check: () => { checks++; return true; }, checkInterval: '10ms' });
    balancer.service('users').update([{ id: 'a' }]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const ran = checks;
    await balancer.close();
    const atClose = checks;
    await new Promise((resolve) => setTimeout(resolve, 100));
    console.log(ran > 0, checks === atClose);`);
  assert.deepEqual([code, printed], [0, 'true true\n']);
});

test('a run that waits for an instance keeps the process until it has its answer', async () => {
  const { code, printed } = await play(`
    const balancer = new HealthAwareLoadBalancer({ maxWait: '300ms' });
    const users = balancer.service('users');
    users.run(() => 1).catch((error) => console.log(error.code));`);
  assert.deepEqual([code, printed], [0, 'HALE_NO_INSTANCE\n']);
});
