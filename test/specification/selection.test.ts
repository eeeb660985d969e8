// Implementation details of the specification: the selection process in its four steps, and health management.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Strategy } from 'hale';
import { fail, fleet, recover, scene, see, share, succeed, wait } from './scene.ts';

describe('instance selection', () => {
  test('selectInstance resolves to one of the very objects it was given, or to undefined', async () => {
    const stage = scene();
    const instances = fleet('abc').map((instance) => ({ ...instance, rack: `rack of ${instance.id}` }));
    const chosen = await stage.balancer.selectInstance('users', instances);
    assert.ok(instances.some((instance) => instance === chosen));
    assert.equal(await stage.balancer.selectInstance('nobody', []), undefined);
  });

  test('step 1: the unhealthy are filtered out', async () => {
    const stage = scene({ circuitBreakThreshold: 20 });
    const instances = fleet('abcd');
    await stage.balancer.selectInstance('users', instances);
    succeed(stage, 'c', 20);
    succeed(stage, 'd', 20);
    fail(stage, 'a', 7); // below the threshold, circuit closed
    fail(stage, 'b', 20); // circuit open
    const counts = await share(stage, instances, 100);
    assert.deepEqual([counts['a'], counts['b']], [0, 0]);
  });

  test('step 2: the minimum is judged after filtering and before anything is chosen', async () => {
    let asked = 0;
    const counting: Strategy = { name: 'counting', pick: (view) => (asked++, view.count - 1) };
    const stage = scene({ minHealthyInstances: 2, strategy: () => counting });
    const instances = fleet('abc');
    await stage.balancer.selectInstance('users', instances);
    fail(stage, 'a', 5);
    assert.ok(await stage.balancer.selectInstance('users', instances), 'two of three are enough');
    fail(stage, 'b', 5);
    asked = 0;
    assert.equal(await stage.balancer.selectInstance('users', instances), undefined);
    assert.equal(asked, 0, 'the strategy is not asked when too few are healthy');
  });

  test('step 3: scores count among those that remain, so the better one gets more', async () => {
    const stage = scene();
    const instances = fleet('ab');
    await share(stage, instances, 20);
    fail(stage, 'a', 3);
    assert.equal(see(stage, 'a').eligible, true);
    const counts = await share(stage, instances, 50);
    assert.ok(counts['b'] > counts['a'], JSON.stringify(counts));
  });

  test('step 4: the strategy chooses last, from the healthy only, and sees their scores', async () => {
    const seen: string[][] = [];
    const scores: number[] = [];
    const first: Strategy = {
      name: 'first by name',
      pick(view) {
        const ids = Array.from({ length: view.count }, (_, position) => view.id(position));
        seen.push([...ids].sort());
        for (let position = 0; position < view.count; position++) scores.push(view.score(position));
        return ids.indexOf([...ids].sort()[0]);
      },
    };
    const stage = scene({ strategy: () => first });
    const instances = fleet('abc');
    await stage.balancer.selectInstance('users', instances);
    fail(stage, 'a', 5);
    fail(stage, 'b', 2);
    const chosen = await stage.balancer.selectInstance('users', instances);
    assert.deepEqual(seen.at(-1), ['b', 'c']);
    assert.ok(scores.some((score) => score < 1));
    assert.equal(chosen?.id, 'b');
  });
});

describe('health management', () => {
  test('errors degrade a score step by step, and no single one takes it to the threshold', async () => {
    const stage = scene();
    await stage.balancer.selectInstance('users', fleet('ab'));
    fail(stage, 'a');
    const once = see(stage, 'a').score;
    assert.ok(once < 1 && once > 0.5, `after one error: ${once}`);
    assert.equal(see(stage, 'a').health === 'healthy' || see(stage, 'a').health === 'degraded', true);
    fail(stage, 'a', 3);
    assert.equal(see(stage, 'a').health, 'degraded');
  });

  test('a score improves gradually: one success after errors does not make it whole, many do', async () => {
    const stage = scene();
    const instances = fleet('ab');
    await stage.balancer.selectInstance('users', instances);
    fail(stage, 'a', 4);
    const scores: number[] = [see(stage, 'a').score];
    for (let i = 0; i < 1000; i++) {
      succeed(stage, 'a');
      scores.push(see(stage, 'a').score);
    }
    assert.ok(scores[1] < 0.8, `after one success: ${scores[1]}`);
    assert.ok(
      scores.every((score, i) => i === 0 || score >= scores[i - 1]),
      'a success never lowers it',
    );
    assert.ok(scores.at(-1)! > 0.95, `after a thousand: ${scores.at(-1)}`);
  });

  test('score and circuit agree: 0 while open, rising while half-open, back above the threshold when closed', async () => {
    const stage = scene();
    await stage.balancer.selectInstance('users', fleet('a'));
    fail(stage, 'a', 5);
    assert.deepEqual([see(stage, 'a').circuit, see(stage, 'a').score], ['open', 0]);
    const other = scene();
    await other.balancer.selectInstance('users', fleet('a'));
    await recover(other, 'a', 2);
    assert.equal(see(other, 'a').circuit, 'half-open');
    await other.balancer.selectInstance('users', fleet('a'));
    succeed(other, 'a');
    await other.balancer.selectInstance('users', fleet('a'));
    succeed(other, 'a');
    assert.equal(see(other, 'a').circuit, 'closed');
    assert.ok(see(other, 'a').score >= 0.5);
  });

  test('recovery heeds only what began after the trip: stragglers move nothing', () => {
    const stage = scene();
    const users = stage.balancer.service('users');
    users.update(fleet('a'));
    const stragglers = Array.from({ length: 20 }, () => users.pick()!);
    fail(stage, 'a', 5);
    assert.equal(see(stage, 'a').circuit, 'open');
    for (const lease of stragglers.slice(0, 10)) lease.succeed({ latencyMs: 10 });
    for (const lease of stragglers.slice(10)) lease.fail('reset');
    assert.deepEqual([see(stage, 'a').circuit, see(stage, 'a').inFlight], ['open', 0]);
    wait(stage, 361);
    const trial = users.pick();
    assert.equal(trial?.trial, true);
  });
});
