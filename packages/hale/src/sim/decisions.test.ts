// Holds hale to what its design found, one seed each: bounds, not numbers, with room for the chance of other draws. What
// it regrets beside others, over many seeds, is the guard's affair (guard.test.ts).

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { measure } from './experiment.ts';
import type { Figures } from './measures/index.ts';
import { POLICIES } from './policies/index.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios/index.ts';

function scenario(name: string): Scenario {
  return SCENARIOS.find((candidate) => candidate.name === name)!;
}

function figures(of: string | Scenario, policy = 'hale', seed = 7): Figures {
  const which = typeof of === 'string' ? scenario(of) : of;
  return measure(
    which,
    POLICIES.find(({ name }) => name === policy)!,
    seed,
  );
}

describe('hale, simulated', () => {
  test('refuse: loses nothing, and has the instance back within 5 s', () => {
    const { lost, detectMs, restoreMs } = figures('refuse');
    assert.deepEqual([lost, detectMs], [0, 0]);
    assert.ok(restoreMs! <= 5000, `restored after ${restoreMs} ms`);
  });

  test('sinkhole: failing fast attracts nobody, though every check passes', () => {
    const { lost, extra, detectMs, restoreMs } = figures('sinkhole');
    assert.ok(lost < 0.0005, `lost ${lost}`);
    // An eighth of the traffic for three eighths of the time would be .047.
    assert.ok(extra < 0.002, `repeated ${extra}`);
    assert.ok(detectMs! <= 500, `noticed after ${detectMs} ms`);
    // The last early trial comes up to 9.6 s late, and a new start at a tenth of the share takes a few more.
    assert.ok(restoreMs! <= 15_000, `restored after ${restoreMs} ms`);
  });

  test('poison: requests that fail everywhere take nobody out and cost the others nothing', () => {
    const { lost, ejections } = figures('poison');
    assert.deepEqual([lost, ejections], [0, 0]);
  });

  test('resetburst: a connection lost with all its requests is one event, even at 94 % load', () => {
    const { lost, ejections } = figures({ ...scenario('resetburst'), lengthMs: 28_000 });
    assert.ok(lost < 0.0001, `lost ${lost}`);
    assert.equal(ejections, 0);
  });

  test('fleet60: what everybody shows is nobody’s, and a second after its end it is over', () => {
    for (const seed of [7, 8, 9]) {
      const { lostLater, ejections, runs } = figures('fleet60', 'hale', seed);
      assert.equal(lostLater, 0);
      // At 60 % a run of 20 comes once in 70 000 outcomes; the sequential test must not speak at all.
      assert.equal(ejections - runs, 0);
      assert.ok(runs <= 2, `${runs} runs of 20`);
    }
  });

  test('quiet: loses a tenth of what a round robin loses, without a check or a repetition', () => {
    const careful = figures('quiet');
    const blind = figures('quiet', 'round-robin');
    assert.ok(careful.lost < 0.007, `lost ${careful.lost}`);
    assert.ok(blind.lost > 0.1, `the round robin lost ${blind.lost}`);
  });

  test('limit429: a fleet near its own limits is asked for what it takes', () => {
    // .002 to .006 by seed; kept to every pause .006 to .012, without learned rates .06.
    const { lost } = figures('limit429');
    assert.ok(lost < 0.006, `lost ${lost}`);
  });

  test('rolling-restart: loses nothing', () => {
    assert.equal(figures('rolling-restart').lostRequests, 0);
  });

  test('noise: 1 % of errors everywhere ejects nobody', () => {
    assert.equal(figures('noise').ejections, 0);
  });
});
