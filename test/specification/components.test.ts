// Purpose, HealthAwareConfig and HealthAwareLoadBalancer of the specification: one test for each of their lines.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fact } from 'hale';
import { fail, fleet, recover, scene, see, share, succeed, wait } from './scene.ts';

describe('purpose', () => {
  test('chooses by health: an instance that fails gets next to nothing', async () => {
    const stage = scene();
    const instances = fleet('abcd');
    let toA = 0;
    for (let i = 0; i < 400; i++) {
      const chosen = await stage.balancer.selectInstance('users', instances);
      if (chosen?.id === 'a') {
        toA++;
        fail(stage, 'a');
      } else stage.balancer.recordSuccess('users', chosen!.id, { latencyMs: 10 });
      stage.clock.runUntil(stage.clock.now() + 10);
    }
    assert.ok(toA <= 10, `a fair share would be 100, it got ${toA}`);
  });

  test('isolates a fault: one open circuit leaves every other instance as it was', async () => {
    const stage = scene();
    await share(stage, fleet('abc'), 60);
    const before = see(stage, 'b');
    fail(stage, 'a', 5);
    assert.equal(see(stage, 'a').circuit, 'open');
    const after = see(stage, 'b');
    assert.deepEqual([after.score, after.circuit, after.eligible], [before.score, 'closed', true]);
  });

  test('returns traffic gradually: trials first, then a share that grows', async () => {
    const stage = scene();
    const instances = fleet('ab');
    await share(stage, instances, 20);
    await recover(stage, 'a', 4);
    assert.equal(see(stage, 'a').circuit, 'closed');
    const early = see(stage, 'a').evidence.trust;
    await share(stage, instances, 2000);
    assert.ok(early < 0.5, `trust right after the restore is ${early}`);
    assert.equal(see(stage, 'a').evidence.trust, 1);
  });

  test('tracks a score between 0 and 1 for every instance, 1 at first', async () => {
    const stage = scene();
    await stage.balancer.selectInstance('users', fleet('abc'));
    assert.deepEqual(
      ['a', 'b', 'c'].map((id) => see(stage, id).score),
      [1, 1, 1],
    );
    for (let i = 0; i < 50; i++) {
      fail(stage, 'a');
      const { score } = see(stage, 'a');
      assert.ok(score >= 0 && score <= 1, `score ${score}`);
    }
  });

  test('monitors without being asked: checks go on while nobody selects', async () => {
    const asked: string[] = [];
    const stage = scene({ check: ({ id }) => (asked.push(id), true) });
    await stage.balancer.selectInstance('users', fleet('ab'));
    await stage.clock.advance('5m');
    const firstHalf = asked.length;
    await stage.clock.advance('5m');
    assert.ok(firstHalf > 0 && asked.length > firstHalf);
    await stage.balancer.close();
  });
});

describe('HealthAwareConfig', () => {
  test('checkInterval is 30 s by default, and so often each instance is checked', async () => {
    const asked: string[] = [];
    const stage = scene({ check: ({ id }) => (asked.push(id), true) });
    const service = stage.balancer.service('users');
    assert.equal(service.settings.checkInterval, 30_000);
    service.update(fleet('ab'));
    await stage.clock.advance('10m');
    // 20 checks in ten minutes, fewer by the jitter of a fifth, which only stretches.
    for (const id of 'ab') {
      const count = asked.filter((one) => one === id).length;
      assert.ok(count >= 15 && count <= 21, `${id} was checked ${count} times`);
    }
    await stage.balancer.close();
  });

  test('healthThreshold is 0.5 by default, and an instance below it is not chosen though its circuit is closed', async () => {
    const stage = scene({ circuitBreakThreshold: 20 });
    const instances = fleet('ab');
    await stage.balancer.selectInstance('users', instances);
    assert.equal(stage.balancer.service('users').settings.healthThreshold, 0.5);
    // The others must be well: what everybody shows would be held against nobody.
    succeed(stage, 'b', 20);
    fail(stage, 'a', 7);
    const { score, circuit, eligible } = see(stage, 'a');
    assert.ok(score < 0.5);
    assert.deepEqual([circuit, eligible], ['closed', false]);
    assert.equal((await share(stage, instances, 20))['b'], 20);
  });

  test('recoveryThreshold is 0.8 by default, which four good trials reach and three do not', async () => {
    const three = scene();
    await three.balancer.selectInstance('users', fleet('a'));
    assert.equal(three.balancer.service('users').settings.recoveryThreshold, 0.8);
    await recover(three, 'a', 3);
    assert.equal(see(three, 'a').circuit, 'half-open');
    const four = scene();
    await four.balancer.selectInstance('users', fleet('a'));
    await recover(four, 'a', 4);
    assert.equal(see(four, 'a').circuit, 'closed');
  });

  test('circuitBreakThreshold is 5 by default: the fourth error in a row opens nothing, the fifth opens the circuit', async () => {
    const stage = scene();
    await stage.balancer.selectInstance('users', fleet('ab'));
    assert.equal(stage.balancer.service('users').settings.circuitBreakThreshold, 5);
    fail(stage, 'a', 4);
    assert.equal(see(stage, 'a').circuit, 'closed');
    fail(stage, 'a');
    assert.equal(see(stage, 'a').circuit, 'open');
  });

  test('recoveryWindow is 300 s by default, and nothing is tried before it has passed', async () => {
    const stage = scene();
    const instances = fleet('a');
    await stage.balancer.selectInstance('users', instances);
    assert.equal(stage.balancer.service('users').settings.recoveryWindow, 300_000);
    fail(stage, 'a', 5);
    wait(stage, 299.9);
    assert.equal(await stage.balancer.selectInstance('users', instances), undefined);
    // Jitter stretches the window by a fifth at most.
    wait(stage, 60.2);
    assert.equal(await stage.balancer.selectInstance('users', instances), instances[0]);
  });

  test('minHealthyInstances is 1 by default, and with fewer than the minimum nothing is chosen', async () => {
    const one = scene();
    await one.balancer.selectInstance('users', fleet('ab'));
    assert.equal(one.balancer.service('users').settings.minHealthyInstances, 1);
    fail(one, 'a', 5);
    assert.equal((await one.balancer.selectInstance('users', fleet('ab')))?.id, 'b');
    const two = scene({ minHealthyInstances: 2 });
    await two.balancer.selectInstance('users', fleet('ab'));
    fail(two, 'a', 5);
    assert.equal(await two.balancer.selectInstance('users', fleet('ab')), undefined);
  });
});

describe('HealthAwareLoadBalancer', () => {
  test('tracks the health of each instance of each service on its own', async () => {
    const { balancer } = scene();
    await balancer.selectInstance('users', fleet('a'));
    await balancer.selectInstance('orders', fleet('a'));
    for (let i = 0; i < 3; i++) balancer.recordError('users', 'a', { cause: 'reset' });
    assert.ok(balancer.service('users').inspect().instances[0].score < 1);
    assert.equal(balancer.service('orders').inspect().instances[0].score, 1);
  });

  test('manages a circuit for each instance, which an operator may force and release', async () => {
    const stage = scene();
    const instances = fleet('ab');
    await stage.balancer.selectInstance('users', instances);
    const users = stage.balancer.service('users');
    users.override('a', { circuit: 'open' });
    assert.deepEqual([see(stage, 'a').circuit, see(stage, 'b').circuit], ['open', 'closed']);
    wait(stage, 3600);
    assert.equal((await share(stage, instances, 10))['a'], 0);
    users.override('a', { circuit: 'auto' });
    assert.equal(see(stage, 'a').circuit, 'half-open');
  });

  test('routes by health: who may be chosen follows from what was recorded', async () => {
    const stage = scene();
    const instances = fleet('abc');
    await stage.balancer.selectInstance('users', instances);
    fail(stage, 'a', 5);
    fail(stage, 'b', 5);
    assert.deepEqual(await share(stage, instances, 30), { none: 0, a: 0, b: 0, c: 30 });
  });

  test('coordinates recovery: one trial at a time, however many callers ask', async () => {
    const stage = scene();
    const instances = fleet('a');
    await stage.balancer.selectInstance('users', instances);
    fail(stage, 'a', 5);
    wait(stage, 361);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => stage.balancer.selectInstance('users', instances)),
    );
    assert.equal(answers.filter((answer) => answer !== undefined).length, 1);
  });

  test('collects metrics: trips, restores and the score of each instance', async () => {
    const stage = scene();
    const facts: Fact[] = [];
    stage.balancer.onFact((fact) => facts.push(fact));
    await stage.balancer.selectInstance('users', fleet('ab'));
    await recover(stage, 'a', 4);
    const names = stage.balancer.metrics().map(({ name }) => name);
    for (const name of [
      'hale_instance_score',
      'hale_instance_circuit',
      'hale_trips_total',
      'hale_restores_total',
      'hale_eligible_instances',
    ]) {
      assert.ok(names.includes(name), `${name} is missing`);
    }
    assert.deepEqual(
      facts.map(({ type }) => type).filter((type) => type === 'tripped' || type === 'restored'),
      ['tripped', 'restored'],
    );
  });
});
