// Holds hale to the design's figures, on the same simulation with one seed each: bounds, not numbers, with room for the
// chance of another implementation's draws.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom, virtualClock } from 'hale/testing';
import { Fleet } from './fleet.ts';
import type { Figures } from './measures.ts';
import { Log, cost } from './measures.ts';
import type { Scenario } from './scenarios.ts';
import { SCENARIOS, validation } from './scenarios.ts';
import type { PolicyName } from './simulate.ts';
import { POLICIES, simulate } from './simulate.ts';

function scenario(name: string): Scenario {
  return SCENARIOS.find((candidate) => candidate.name === name)!;
}

function figures(of: Scenario, policy: PolicyName = 'serving', seed = 7): Figures {
  return simulate(of, POLICIES[policy], seed);
}

describe('hale in the scenarios of the design', () => {
  test('refuse: loses nothing, and has the instance back within 5 s', () => {
    const { lost, detect, restore } = figures(scenario('refuse'));
    assert.deepEqual([lost, detect], [0, 0]);
    assert.ok(restore! <= 5, `restored after ${restore} s`);
  });

  test('sinkhole: failing fast attracts nobody, though every check passes', () => {
    const { lost, extra, detect, restore } = figures(scenario('sinkhole'));
    assert.ok(lost < 0.05, `lost ${lost} %`);
    // An eighth of the traffic for three eighths of the time would be 4.7 %.
    assert.ok(extra < 0.2, `repeated ${extra} %`);
    assert.ok(detect! <= 0.5, `noticed after ${detect} s`);
    // The last early trial comes up to 9.6 s late, and a new start at a tenth of the share takes a few more.
    assert.ok(restore! <= 15, `restored after ${restore} s`);
  });

  test('poison: requests that fail everywhere take nobody out and cost the others nothing', () => {
    const { lost, trips } = figures(scenario('poison'));
    assert.deepEqual([lost, trips], [0, 0]);
  });

  test('resetburst: a connection lost with all its requests is one event, even at 94 % load', () => {
    const { lost, trips } = figures({ ...scenario('resetburst'), lengthMs: 28_000 });
    assert.ok(lost < 0.01, `lost ${lost} %`);
    assert.equal(trips, 0);
  });

  test('fleet60: what everybody shows is nobody’s, and a second after its end it is over', () => {
    for (const seed of [7, 8, 9]) {
      const { lostLater, trips, runs } = figures(scenario('fleet60'), 'serving', seed);
      assert.equal(lostLater, 0);
      // At 60 % a run of 20 comes once in 70 000 outcomes; the sequential test must not speak at all.
      assert.equal(trips - runs, 0);
      assert.ok(runs <= 2, `${runs} runs of 20`);
    }
  });

  test('quiet: loses a tenth of what a round robin loses, without a check or a repetition', () => {
    const careful = figures(scenario('quiet'));
    const blind = figures(scenario('quiet'), 'round robin');
    assert.ok(careful.lost < 0.7, `lost ${careful.lost} %`);
    assert.ok(blind.lost > 10, `the round robin lost ${blind.lost} %`);
  });
});

describe('the simulation', () => {
  test('is the same run for the same seed', () => {
    const short = { ...scenario('refuse'), lengthMs: 30_000 };
    assert.deepEqual(figures(short), figures(short));
    assert.notDeepEqual(figures(short), figures(short, 'serving', 8));
  });

  test('shows every policy the same requests: without a fault they differ by their queues alone', () => {
    const calm = { ...scenario('refuse'), script: [], lengthMs: 20_000 };
    const [one, other] = (['round robin', 'oracle'] as const).map((policy) => figures(calm, policy));
    assert.deepEqual([one.lost, one.extra, other.lost, other.extra], [0, 0, 0, 0]);
    assert.ok(Math.abs(one.slow - other.slow) < 0.02, `${one.slow} and ${other.slow}`);
  });

  test('keeps the load of an instance when it goes to the validation', () => {
    const load = ({ perSecond, workMs, workers, instances }: Scenario): number =>
      (perSecond * workMs) / (workers * instances);
    for (const one of SCENARIOS) assert.ok(Math.abs(load(validation(one)) / load(one) - 1) < 1e-9, one.name);
  });

  test('works on as many requests as an instance has workers, and breaks all of them at once', () => {
    const clock = virtualClock();
    const script = [{ at: 50, until: 51, instance: '0', fault: { name: 'resets', everyMs: 0 } as const }];
    const fleet = new Fleet({ ...scenario('refuse'), workers: 2, script }, clock, seededRandom(1));
    const ends: [number, string][] = [];
    const request = { arrivedAt: 0, workMs: 20, method: 'GET', isPoison: false } as const;
    for (let sent = 0; sent < 6; sent++) fleet.send(0, request, (cause) => ends.push([clock.now(), cause ?? 'good']));
    clock.runUntil(1000);
    const [good, reset] = ['good', 'reset'];
    assert.deepEqual(ends, [
      [20, good],
      [20, good],
      [40, good],
      [40, good],
      [50, reset],
      [50, reset],
    ]);
  });

  test('reads shares in quarters of a second: from the fault to below 30 %, from its end to 70 %', () => {
    const log = new Log({ ...scenario('refuse'), instances: 2, lengthMs: 80_000 });
    // Instance 0 has half of the traffic until 1 s into the fault, and again from 3 s after its end.
    for (let now = 0; now < 80_000; now += 10) {
      const isOut = now >= 21_000 && now < 53_000;
      log.sent(isOut ? 1 : (now / 10) % 2, now, false);
    }
    const { detect, restore } = log.figures();
    // The look at 52.75 s already sees half a share, the one at 53 s a whole one.
    assert.deepEqual([detect, restore], [1, 3]);
  });

  test('sums up a run as the design does', () => {
    const clean = { lostLater: 0, detect: 0, trips: 0, runs: 0 };
    assert.equal(cost({ ...clean, lost: 1, slow: 2, extra: 20, restore: 30 }).toFixed(6), '4.600000');
    assert.equal(cost({ ...clean, lost: 1, slow: 2, extra: 20, restore: undefined }).toFixed(6), '4.000000');
  });
});
