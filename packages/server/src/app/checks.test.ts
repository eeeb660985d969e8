import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../config/index.ts';
import { createChecks } from './checks.ts';

test('what requests are not sent to is not asked either', async () => {
  for (const type of ['http', 'tcp', 'grpc'] as const) {
    const checks = createChecks(
      readConfig({ services: { s: { instances: [{ url: 'http://a:1' }], health: { check: { type } } } } }),
    );
    for (const host of ['169.254.169.254', '::ffff:169.254.169.254', 'fe80::1']) {
      const answer = await checks.ask('s', { id: 'x', host, port: 80 }, 1000);
      assert.deepEqual(answer, { kind: 'failure', cause: 'connect', reason: reasonFor(host) });
    }
    checks.close();
  }
});

function reasonFor(host: string): string {
  return `HALE_FORBIDDEN_ADDRESS connecting to ${host} is not allowed`;
}
