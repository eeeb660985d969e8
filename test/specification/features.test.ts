// Key features of the specification: one test for each of their lines.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ConfigError, HealthAwareLoadBalancer } from 'hale';
import type { Fact, ServiceInstance } from 'hale';
import { fail, fleet, recover, scene, see, share, succeed, wait } from './scene.ts';

describe('health-based selection', () => {
  test('a score falls with each error and rises with each success', async () => {
    const stage = scene();
    await stage.balancer.selectInstance('users', fleet('ab'));
    const scores = [see(stage, 'a').score];
    for (let i = 0; i < 4; i++) {
      fail(stage, 'a');
      scores.push(see(stage, 'a').score);
    }
    assert.deepEqual(
      scores,
      [...scores].sort((x, y) => y - x),
    );
    assert.equal(new Set(scores).size, 5);
    const lowest = see(stage, 'a').score;
    succeed(stage, 'a');
    assert.ok(see(stage, 'a').score > lowest);
  });

  test('an instance whose circuit is open is filtered out, and only that one', async () => {
    const stage = scene();
    const instances = fleet('abc');
    await stage.balancer.selectInstance('users', instances);
    fail(stage, 'b', 5);
    const counts = await share(stage, instances, 200);
    assert.equal(counts['b'], 0);
    assert.ok(counts['a'] > 0 && counts['c'] > 0);
  });

  test('load is spread evenly over equals, and by weight over others', async () => {
    const equal = await share(scene(), fleet('abcd'), 4000);
    // Chi-square with 3 degrees of freedom: 16.3 is exceeded by chance once in a thousand.
    const chiSquare = ['a', 'b', 'c', 'd'].reduce((sum, id) => sum + (equal[id] - 1000) ** 2 / 1000, 0);
    assert.ok(chiSquare < 16.3, JSON.stringify(equal));
    const weighted = await share(
      scene(),
      [
        { id: 'a', weight: 3 },
        { id: 'b', weight: 1 },
      ],
      4000,
    );
    const ratio = weighted['a'] / weighted['b'];
    assert.ok(ratio > 2.3 && ratio < 3.9, `3 to 1 came out as ${ratio.toFixed(2)}`);
  });

  test('a preferred tier takes everything while it is well, and the next one steps in when it is out', async () => {
    const stage = scene();
    const instances: ServiceInstance[] = [...fleet('ab', { priority: 0 }), ...fleet('cd', { priority: 1 })];
    const well = await share(stage, instances, 100);
    assert.equal(well['c'] + well['d'], 0);
    fail(stage, 'a', 5);
    fail(stage, 'b', 5);
    const out = await share(stage, instances, 100);
    assert.equal(out['c'] + out['d'], 100);
  });
});

describe('circuit breaking', () => {
  test('errors are counted one by one, and a success in between takes back a part', async () => {
    const stage = scene();
    await stage.balancer.selectInstance('users', fleet('ab'));
    fail(stage, 'a', 3);
    assert.equal(see(stage, 'a').evidence.run, 3);
    succeed(stage, 'a');
    assert.equal(see(stage, 'a').evidence.run, 0);
    assert.ok(see(stage, 'a').evidence.suspicion < 3);
  });

  test('a circuit opens by itself, and says why', async () => {
    const stage = scene();
    const facts: Fact[] = [];
    stage.balancer.onFact((fact) => facts.push(fact));
    await stage.balancer.selectInstance('users', fleet('ab'));
    fail(stage, 'a', 5);
    const tripped = facts.find(({ type }) => type === 'tripped');
    assert.ok(tripped?.type === 'tripped');
    assert.deepEqual([tripped.instance, tripped.from, tripped.to], ['a', 'closed', 'open']);
    assert.ok(tripped.reason === 'run' || tripped.reason === 'suspicion');
  });

  test('recovery is gradual: one bad trial sends the circuit back to open', async () => {
    const stage = scene();
    await stage.balancer.selectInstance('users', fleet('a'));
    await recover(stage, 'a', 3);
    assert.equal((await stage.balancer.selectInstance('users', fleet('a')))?.id, 'a');
    fail(stage, 'a');
    assert.equal(see(stage, 'a').circuit, 'open');
  });

  test('a circuit moves closed, open, half-open, closed, each move with its fact', async () => {
    const stage = scene();
    const moves: string[] = [];
    stage.balancer.onFact((fact) => {
      if (fact.type === 'tripped' || fact.type === 'tried' || fact.type === 'restored')
        moves.push(`${fact.from} -> ${fact.to}`);
    });
    await stage.balancer.selectInstance('users', fleet('a'));
    await recover(stage, 'a', 4);
    assert.deepEqual(moves, ['closed -> open', 'open -> half-open', 'half-open -> closed']);
  });
});

describe('health monitoring', () => {
  test('checks are continuous, and failing ones open a circuit without any traffic', async () => {
    let isUp = true;
    const stage = scene({ check: () => isUp });
    stage.balancer.service('users').update(fleet('ab'));
    await stage.clock.advance('2m');
    assert.equal(see(stage, 'a').circuit, 'closed');
    isUp = false;
    await stage.clock.advance('3m');
    assert.equal(see(stage, 'a').circuit, 'open');
    await stage.balancer.close();
  });

  test('four errors on a cold instance make a score of 0.556, and an open circuit has 0', async () => {
    const stage = scene();
    await stage.balancer.selectInstance('users', fleet('ab'));
    fail(stage, 'a', 4);
    assert.ok(Math.abs(see(stage, 'a').score - 5 / 9) < 0.02, `score ${see(stage, 'a').score}`);
    fail(stage, 'a');
    assert.equal(see(stage, 'a').score, 0);
  });

  test('thresholds are managed per service, and contradicting ones are refused', () => {
    const { balancer } = scene({ circuitBreakThreshold: 7 });
    assert.equal(balancer.service('users').settings.circuitBreakThreshold, 7);
    assert.equal(balancer.service('orders', { circuitBreakThreshold: 3 }).settings.circuitBreakThreshold, 3);
    assert.throws(() => new HealthAwareLoadBalancer({ healthThreshold: 0.9, recoveryThreshold: 0.6 }), ConfigError);
  });

  test('checks are counted by their result', async () => {
    const stage = scene({ check: ({ id }) => id === 'a' });
    stage.balancer.service('users').update(fleet('ab'));
    await stage.clock.advance('5m');
    const results = stage.balancer.metrics().filter(({ name }) => name === 'hale_checks_total');
    assert.ok(results.length >= 2, JSON.stringify(results));
    await stage.balancer.close();
  });
});

describe('recovery management', () => {
  test('a restored instance gets a small share first and its full share later', async () => {
    const stage = scene();
    const instances = fleet('ab');
    await share(stage, instances, 50);
    await recover(stage, 'a', 4);
    const early = await share(stage, instances, 40);
    await share(stage, instances, 4000);
    const late = await share(stage, instances, 400);
    assert.ok(early['a'] < 14, `of the first 40 it got ${early['a']}`);
    assert.ok(late['a'] > 140, `of 400 later it got ${late['a']}`);
  });

  test('each good trial raises the score: s of them make s/(s+1)', async () => {
    const stage = scene();
    await stage.balancer.selectInstance('users', fleet('a'));
    await recover(stage, 'a', 1);
    const scores = [see(stage, 'a').score];
    for (let i = 0; i < 2; i++) {
      await stage.balancer.selectInstance('users', fleet('a'));
      succeed(stage, 'a');
      scores.push(see(stage, 'a').score);
    }
    assert.deepEqual(
      scores.map((score) => Number(score.toFixed(3))),
      [0.5, 0.667, 0.75],
    );
  });

  test('a restored circuit is closed, chosen again, and half way to the next trip', async () => {
    const stage = scene();
    const instances = fleet('a');
    await stage.balancer.selectInstance('users', instances);
    await recover(stage, 'a', 4);
    assert.equal(see(stage, 'a').circuit, 'closed');
    assert.equal(await stage.balancer.selectInstance('users', instances), instances[0]);
    const { suspicion, threshold } = see(stage, 'a').evidence;
    assert.equal(suspicion, threshold / 2);
  });

  test('failures are remembered: each relapse makes the next window longer', async () => {
    const stage = scene();
    const instances = fleet('a');
    await stage.balancer.selectInstance('users', instances);
    fail(stage, 'a', 5);
    const windows = [see(stage, 'a').nextChangeInMs!];
    for (let relapse = 0; relapse < 2; relapse++) {
      wait(stage, windows.at(-1)! / 1000 + 1);
      assert.ok(await stage.balancer.selectInstance('users', instances), 'a trial after the window');
      fail(stage, 'a');
      windows.push(see(stage, 'a').nextChangeInMs!);
    }
    // 300, 600 and 1200 s, each stretched by a fifth at most.
    assert.deepEqual(
      windows.map((ms, relapse) => ms >= 300_000 * 2 ** relapse && ms <= 360_000 * 2 ** relapse),
      [true, true, true],
      windows.join(', '),
    );
    assert.ok(see(stage, 'a').evidence.relapses >= 2);
  });
});
