// maxWait: a run may wait for the first instance to return, but never without bound, neither in time nor in number.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom, virtualClock } from '../core/kernel/index.ts';
import type { VirtualClock } from '../core/kernel/index.ts';
import { HealthAwareLoadBalancer } from './index.ts';
import type { Service } from './index.ts';

function outage(options: { maxWait: string; maxInFlight?: number }): { service: Service; clock: VirtualClock } {
  const clock = virtualClock();
  const balancer = new HealthAwareLoadBalancer({
    clock,
    random: seededRandom(1),
    recoveryWindow: '2s',
    maxWait: options.maxWait,
    limits: { maxInFlight: options.maxInFlight ?? 100 },
  });
  const service = balancer.service('users');
  service.update([{ id: 'a' }]);
  for (let i = 0; i < 5; i++) service.recordError('a', { cause: 'connect' });
  return { service, clock };
}

test('a run waits for the first instance to return, and is then its trial', async () => {
  const { service, clock } = outage({ maxWait: '10s' });
  const answer = service.run((instance) => instance.id);
  await clock.advance('3s');
  assert.equal(await answer, 'a');
});

test('a run that has waited for maxWait fails, saying of each instance why', async () => {
  const { service, clock } = outage({ maxWait: '1s' });
  const answer = assert.rejects(
    service.run(() => 'never'),
    (error: { code: string; reasons: { reason: string }[] }) =>
      error.code === 'HALE_NO_INSTANCE' && error.reasons[0].reason.includes('circuit open'),
  );
  await clock.advance('2s');
  await answer;
});

test('no more runs wait than may be in flight: the rest fail at once', async () => {
  const { service, clock } = outage({ maxWait: '10s', maxInFlight: 2 });
  const failed: string[] = [];
  const runs = Array.from({ length: 5 }, () =>
    service.run(() => 'done').catch((error: { code: string }) => failed.push(error.code)),
  );
  await clock.advance('1ms');
  assert.deepEqual(failed, ['HALE_NO_INSTANCE', 'HALE_NO_INSTANCE', 'HALE_NO_INSTANCE']);
  await clock.advance('20s');
  await Promise.all(runs);
  assert.equal(failed.length, 3);
});
