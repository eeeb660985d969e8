// metrics(): what is counted, under the names of the catalogue, without growing for ever.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstrumentName, InstrumentValue } from '../core/model/index.ts';
import { INSTRUMENTS } from '../core/model/index.ts';
import { named, stage } from './stage-fixture.test.ts';
import type { Stage } from './stage-fixture.test.ts';

function read({ balancer }: Stage, name: InstrumentName, labels: Record<string, string> = {}): InstrumentValue[] {
  return balancer
    .metrics()
    .filter((one) => one.name === name && Object.entries(labels).every(([key, text]) => one.labels[key] === text));
}

function number(here: Stage, name: InstrumentName, labels: Record<string, string> = {}): number {
  const [one] = read(here, name, labels);
  return one !== undefined && 'value' in one ? one.value : NaN;
}

/** Something of everything. */
function live(here: Stage): void {
  const { users, balancer, clock } = here;
  for (let i = 0; i < 8; i++) {
    const lease = users.pick({ exclude: ['b'] })!;
    clock.runUntil(clock.now() + 20);
    lease.succeed();
  }
  users.pick({ exclude: ['b'] })!.fail('reset');
  users.pick({ exclude: ['b'] })!.ignore();
  const twice = users.pick({ exclude: ['b'] })!;
  twice.succeed();
  twice.succeed();
  for (let i = 0; i < 5; i++) balancer.recordError('users', 'b', { cause: 'server-error' });
  balancer.recordSuccess('users', 'b');
  balancer.recordSuccess('users', 'nobody');
  users.report('a', { kind: 'success', source: 'check' });
  users.report('a', { kind: 'failure', cause: 'check', source: 'check' });
  users.pick({ exclude: ['b'] });
}

test('every value has a name of the catalogue, its kind, its sentence and its labels', () => {
  const here = stage({}, 'ab');
  live(here);
  const values = here.balancer.metrics();
  for (const one of values) {
    const instrument = INSTRUMENTS[one.name as InstrumentName];
    assert.ok(instrument, one.name);
    assert.deepEqual([one.kind, one.doc], [instrument.kind, instrument.doc]);
    assert.deepEqual(Object.keys(one.labels).sort(), [...instrument.labels].sort(), one.name);
    if ('value' in one) assert.ok(Number.isFinite(one.value) && one.value >= 0, one.name);
  }
  const keys = values.map(({ name, labels }) => JSON.stringify([name, labels]));
  assert.equal(new Set(keys).size, keys.length, 'each series once');
  assert.deepEqual(JSON.parse(JSON.stringify(values)), values);
});

test('the values are what has happened', () => {
  const here = stage({}, 'ab');
  live(here);
  const of = (name: InstrumentName, labels: Record<string, string> = {}): number => number(here, name, labels);
  assert.equal(of('hale_requests_total', { instance: 'a', outcome: 'success' }), 9);
  assert.equal(of('hale_requests_total', { instance: 'a', outcome: 'reset' }), 1);
  assert.equal(of('hale_requests_total', { instance: 'a', outcome: 'ignored' }), 1);
  assert.equal(of('hale_requests_total', { instance: 'b', outcome: 'server-error' }), 5);
  assert.equal(of('hale_trips_total', { reason: 'run' }), 1);
  assert.equal(of('hale_instance_circuit', { instance: 'a' }), 0);
  assert.equal(of('hale_instance_circuit', { instance: 'b' }), 2);
  assert.equal(of('hale_instance_score', { instance: 'b' }), 0);
  assert.equal(of('hale_instance_in_flight', { instance: 'a' }), 1);
  assert.equal(of('hale_eligible_instances'), 1);
  assert.equal(of('hale_panic'), 0);
  assert.equal(of('hale_checks_total', { result: 'passed' }), 1);
  assert.equal(of('hale_checks_total', { result: 'failed' }), 1);
  for (const [reason, count] of [
    ['unknown', 1],
    ['double', 1],
    ['open', 1],
    ['stale', 0],
    ['thrown', 0],
  ] as const) {
    assert.equal(of('hale_ignored_total', { reason }), count, reason);
  }
  const [durations] = read(here, 'hale_request_duration_seconds');
  assert.ok(durations.kind === 'histogram');
  assert.equal(durations.count, 11, 'leases alone have a duration');
  assert.ok(Math.abs(durations.sum - 0.16) < 1e-9);
  assert.equal(durations.buckets.find(({ upTo }) => upTo === 0.025)!.count, 11);
  assert.equal(durations.buckets.find(({ upTo }) => upTo === 0.01)!.count, 3);
});

test('a restore and a half-open circuit are seen', () => {
  const here = stage({}, 'ab');
  for (let i = 0; i < 5; i++) here.balancer.recordError('users', 'a');
  here.clock.runUntil(here.clock.now() + 361_000);
  for (let i = 0; i < 4; i++) {
    const trial = here.users.pick({ exclude: ['b'] })!;
    assert.equal(number(here, 'hale_instance_circuit', { instance: 'a' }), 1);
    trial.succeed({ latencyMs: 10 });
  }
  assert.equal(number(here, 'hale_restores_total'), 1);
  assert.equal(number(here, 'hale_instance_circuit', { instance: 'a' }), 0);
});

test('series of an instance leave with it, and come back at zero', () => {
  const here = stage({ forgetAfter: 0 }, 'ab');
  live(here);
  here.users.update(named('b'));
  here.clock.runUntil(here.clock.now() + 1);
  here.users.pick();
  const left = here.balancer.metrics().filter(({ labels }) => labels['instance'] === 'a');
  assert.deepEqual(left, []);
  here.users.update(named('ab'));
  assert.equal(
    Number.isNaN(number(here, 'hale_requests_total', { instance: 'a', outcome: 'success' })),
    true,
    'nothing counted yet',
  );
});

test('series with an instance are bounded, and what is beyond the bound still adds up', () => {
  const here = stage();
  here.users.update(Array.from({ length: 3000 }, (_, i) => ({ id: `i${i}` })));
  for (let i = 0; i < 3000; i++) here.balancer.recordSuccess('users', `i${i}`);
  assert.equal(read(here, 'hale_instance_score').length, 1000);
  const requests = read(here, 'hale_requests_total', { outcome: 'success' });
  assert.ok(requests.length < 2000, `${requests.length}`);
  assert.equal(
    requests.reduce((sum, one) => sum + ('value' in one ? one.value : 0), 0),
    3000,
  );
  assert.equal(number(here, 'hale_eligible_instances'), 3000);
});

test('services are told apart, and a churn of instances does not grow anything', () => {
  const here = stage({ forgetAfter: 0 }, 'a');
  const other = here.balancer.service('other');
  other.update(named('a'));
  other.pick()!.succeed();
  assert.equal(number(here, 'hale_requests_total', { service: 'other', outcome: 'success' }), 1);
  assert.ok(Number.isNaN(number(here, 'hale_requests_total', { service: 'users', outcome: 'success' })));
  const before = here.balancer.metrics().length;
  for (let round = 0; round < 200; round++) {
    other.update([{ id: `r${round}` }]);
    here.clock.runUntil(here.clock.now() + 1);
    other.pick()!.succeed();
  }
  assert.ok(here.balancer.metrics().length <= before + 2);
});
