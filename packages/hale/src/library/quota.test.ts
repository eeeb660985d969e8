// Whose affair a 429 is. In front of a fleet it is mostly the client's own quota, and one client must not pause the fleet.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HealthAwareLoadBalancer } from './index.ts';
import type { BalancerOptions } from './index.ts';

function judge(options: BalancerOptions): string {
  const { classifier } = new HealthAwareLoadBalancer(options).service('users');
  const outcome = classifier.answer(429, (name) => (name === 'retry-after' ? '300' : undefined));
  return outcome.kind === 'failure' ? outcome.cause : outcome.kind;
}

test('a 429 says nothing of an instance behind the proxy, and is capacity for providers and by the specification', () => {
  assert.equal(judge({ preset: 'serving' }), 'ignored');
  assert.equal(judge({ preset: 'providers' }), 'overload');
  assert.equal(judge({}), 'overload');
  assert.equal(judge({ preset: 'serving', tooManyRequests: 'instance' }), 'overload');
});

test("the caller's own rules speak first, and a full list of them is still taken", () => {
  assert.equal(judge({ preset: 'serving', classify: [{ status: 429, as: 'other' }] }), 'other');
  const hundred = Array.from({ length: 100 }, () => ({ status: 404, as: 'other' as const }));
  assert.equal(judge({ preset: 'serving', classify: hundred }), 'ignored');
});

test('a service that names another preset than its balancer is judged by its own', () => {
  const balancer = new HealthAwareLoadBalancer({ preset: 'serving' });
  const { classifier } = balancer.service('models', { preset: 'providers' });
  assert.equal(classifier.answer(429, () => undefined).kind, 'failure');
});
