// Performance and security considerations of the specification: one test for each of their lines.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ConfigError } from 'hale';
import type { Clock, ServiceInstance } from 'hale';
import { seededRandom, virtualClock } from 'hale/testing';
import { BYTES, Ledger } from '../../packages/hale/src/core/model/index.ts';
import { fail, fleet, scene, see, wait } from './scene.ts';

const many = (count: number): ServiceInstance[] => Array.from({ length: count }, (_, i) => ({ id: `i${i}` }));

describe('performance', () => {
  test('health is tracked in 64 bytes an instance, and at most 48 beside them', () => {
    assert.equal(BYTES, 64);
    assert.ok(new Ledger().bytesPerInstance <= 64 + 48);
  });

  test('a pick looks at no more of ten thousand instances than of ten', () => {
    const drawsAt = (count: number): number => {
      const random = seededRandom(3);
      let draws = 0;
      const stage = scene({ random: () => (draws++, random()) });
      const users = stage.balancer.service('users');
      users.update(many(count));
      let most = 0;
      for (let i = 0; i < 500; i++) {
        draws = 0;
        users.pick()!.succeed({ latencyMs: 10 });
        most = Math.max(most, draws);
      }
      return most;
    };
    // Each look costs at most two draws: one for the place, one for the acceptance. The bound is the written one.
    assert.ok(drawsAt(10_000) <= 2 * (8 + 24 + 64 + 8));
    assert.ok(drawsAt(10_000) <= Math.max(drawsAt(10), 12));
  });

  test('a request reads the clock once for its pick and once for its end, and not at all when told the time', () => {
    const inner = virtualClock(1000);
    let reads = 0;
    const clock: Clock = {
      now: () => (reads++, inner.now()),
      schedule: (delayMs, run, options) => inner.schedule(delayMs, run, options),
    };
    const users = scene({ clock }).balancer.service('users');
    users.update(fleet('abc'));
    users.pick()!.succeed({ latencyMs: 10 });
    reads = 0;
    const lease = users.pick()!;
    assert.equal(reads, 1);
    lease.succeed({ latencyMs: 10 });
    assert.equal(reads, 2);
    users.pick({ now: 2000 })!.succeed({ latencyMs: 10, now: 2010 });
    assert.equal(reads, 2);
  });

  test('monitoring spares the fleet: few checks at once, and fewer where traffic already vouches', async () => {
    let underWay = 0;
    let most = 0;
    const asked: Record<string, number> = { i0: 0, i1: 0 };
    const stage = scene({
      check: {
        concurrency: 4,
        run: async ({ id }) => {
          most = Math.max(most, ++underWay);
          if (id in asked) asked[id]++;
          await new Promise<void>((resolve) => stage.clock.schedule(500, resolve));
          underWay--;
          return true;
        },
      },
    });
    const users = stage.balancer.service('users');
    users.update(many(40));
    for (let second = 0; second < 600; second++) {
      users.report('i0', { kind: 'success', latencyMs: 5, source: 'traffic' });
      stage.balancer.recordSuccess('users', 'i0', { latencyMs: 5 });
      await stage.clock.advance('1s');
    }
    assert.ok(most >= 1 && most <= 4, `${most} checks at once`);
    assert.ok(asked['i0'] < asked['i1'], `with traffic ${asked['i0']}, without ${asked['i1']}`);
    await stage.balancer.close();
  });
});

describe('security', () => {
  test('health moves by its own doors only: strangers, second settlements and late answers are counted and change nothing', () => {
    const stage = scene();
    const users = stage.balancer.service('users');
    users.update(fleet('ab'));
    const before = JSON.stringify(users.inspect().instances);
    for (let i = 0; i < 20; i++) stage.balancer.recordError('users', 'stranger', { cause: 'reset' });
    assert.equal(JSON.stringify(users.inspect().instances), before);
    const lease = users.pick()!;
    lease.succeed({ latencyMs: 10 });
    const settled = JSON.stringify(users.inspect().instances);
    for (let i = 0; i < 20; i++) lease.fail('server-error');
    assert.equal(JSON.stringify(users.inspect().instances), settled);
    const { unknown, double, last } = users.inspect().ignored;
    assert.deepEqual([unknown, double], [20, 20]);
    assert.equal(typeof last, 'string');
  });

  test('selection is validated: a wrong list is refused with all its faults, and nobody outside the list is chosen', async () => {
    const { balancer } = scene();
    const wrong = [{ id: '' }, { id: 'a', weight: -1 }, { id: 'a' }, { id: 'b', priority: 0.5 }] as ServiceInstance[];
    await assert.rejects(
      balancer.selectInstance('users', wrong),
      (error) => error instanceof ConfigError && error.faults.length >= 4,
    );
    await balancer.selectInstance('users', fleet('abcdef'));
    const subset = fleet('ab');
    for (let i = 0; i < 100; i++) assert.ok(subset.includes((await balancer.selectInstance('users', subset))!));
  });

  test('breaking is safe: at most half of a serving fleet is open, and in panic somebody is always asked', () => {
    const stage = scene({ preset: 'serving', runFactor: 1 });
    const users = stage.balancer.service('users');
    users.update(fleet('abcdefgh'));
    for (const id of 'abcdefgh') fail(stage, id, 40);
    assert.ok(users.inspect().instances.filter(({ circuit }) => circuit === 'open').length <= 4);
    for (const id of 'abcdefgh') users.report(id, { kind: 'failure', cause: 'connect' });
    for (let i = 0; i < 50; i++) assert.ok(users.pick(), 'a pick in panic');
  });

  test('resources are protected: services, instances and requests in flight have a bound', async () => {
    const stage = scene({ maxServices: 2, maxInstances: 100, limits: { maxInFlight: 10 } });
    const users = stage.balancer.service('users');
    users.update(fleet('ab'));
    stage.balancer.service('orders');
    assert.throws(() => stage.balancer.service('one too many'), ConfigError);
    await assert.rejects(stage.balancer.selectInstance('one too many', fleet('a')), ConfigError);
    assert.throws(() => users.update(many(101)), ConfigError);
    // Absent instances are remembered, but never more than fit.
    for (let round = 0; round < 50; round++) users.update(many(10).map(({ id }) => ({ id: `${round}-${id}` })));
    assert.equal(users.inspect().instances.filter(({ reason }) => reason.length === 0).length, 0);
    const leases = Array.from({ length: 30 }, () => users.pick());
    assert.equal(leases.filter((lease) => lease !== undefined).length, 10);
  });

  test('nothing that a listener throws reaches the one who records', async () => {
    const stage = scene();
    stage.balancer.onFact(() => {
      throw new Error('a broken listener');
    });
    await stage.balancer.selectInstance('users', fleet('a'));
    fail(stage, 'a', 5);
    assert.equal(see(stage, 'a').circuit, 'open');
    wait(stage, 400);
    assert.ok(await stage.balancer.selectInstance('users', fleet('a')));
    assert.ok(stage.balancer.service('users').inspect().ignored.thrown > 0);
  });
});
