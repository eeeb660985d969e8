// The simulated world itself: that it is the same run for the same seed, that policies meet the same requests, and that the
// measures say what happened.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Figures } from './measures/index.ts';
import { cost } from './measures/index.ts';
import { compare, measure } from './experiment.ts';
import { POLICIES } from './policies/index.ts';
import type { PolicyEntry } from './policy.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS, scenario, validation } from './scenarios/index.ts';

function named(name: string): Scenario {
  return SCENARIOS.find((candidate) => candidate.name === name)!;
}

function policy(name: string): PolicyEntry {
  return POLICIES.find((candidate) => candidate.name === name)!;
}

describe('a simulated run', () => {
  test('is the same for the same seed, and another for another', () => {
    const short = { ...named('refuse'), lengthMs: 30_000 };
    assert.deepEqual(measure(short, policy('hale'), 7), measure(short, policy('hale'), 7));
    assert.notDeepEqual(measure(short, policy('hale'), 7), measure(short, policy('hale'), 8));
  });

  test('shows every policy the same requests: without a fault they differ by their queues alone', () => {
    const calm = scenario({ name: 'calm', doc: 'nothing happens', lengthMs: 20_000 });
    const all = ['round-robin', 'oracle', 'hale'].map((name) => measure(calm, policy(name), 1));
    assert.deepEqual(new Set(all.map(({ requests }) => requests)).size, 1);
    for (const { lost, extra, p50Ms } of all) {
      assert.deepEqual([lost, extra], [0, 0]);
      assert.ok(Math.abs(p50Ms / all[0].p50Ms - 1) < 0.03, `median ${p50Ms} beside ${all[0].p50Ms}`);
    }
  });

  test('restores nobody and detects nothing that was not watched', () => {
    const { detectMs, restoreMs } = measure({ ...named('poison'), lengthMs: 5000 }, policy('hale'), 1);
    assert.deepEqual([detectMs, restoreMs], [undefined, undefined]);
  });

  test('gives each of several balancers its own view', () => {
    const { ejections } = measure(named('replicas'), policy('hale'), 1);
    assert.equal(ejections, 4);
  });

  test('lets the clock of the balancers jump without an effect on who is sick', () => {
    const { lost, ejections, wrongful } = measure(named('clock-steps'), policy('hale'), 1);
    assert.deepEqual([lost, ejections, wrongful], [0, 1, 0]);
  });
});

describe('a regret', () => {
  const scenarios = [{ ...named('sinkhole'), lengthMs: 40_000 }];

  test('is 0 for the oracle and 1 for random choice, when normalised', () => {
    const rows = compare({ scenarios, policies: [policy('oracle'), policy('random')], seeds: [1, 2] });
    assert.deepEqual(
      rows.map(({ normalised }) => normalised),
      [0, 1],
    );
  });

  test('is taken seed by seed, from the oracle on the same requests', () => {
    const [row] = compare({ scenarios, policies: [policy('round-robin')], seeds: [1, 2, 3] });
    const floor = [1, 2, 3].map((seed) => cost(measure(scenarios[0], policy('oracle'), seed)));
    const mean = row.figures.reduce((sum, figures, index) => sum + cost(figures) - floor[index], 0) / 3;
    assert.ok(Math.abs(row.regret.mean - mean) < 1e-12);
    assert.ok(row.regret.margin > 0 && row.regret.margin < mean);
  });

  test('sums up a run as the design does', () => {
    const figures: Figures = {
      requests: 100,
      lost: 0.01,
      lostRequests: 1,
      lostLater: 0,
      slow: 0.02,
      p50Ms: 20,
      p99Ms: 40,
      p999Ms: 50,
      extra: 0.2,
      detectMs: 0,
      restoreMs: 30_000,
      ejections: 0,
      wrongful: 0,
      flaps: 0,
      runs: 0,
    };
    assert.equal(cost(figures).toFixed(6), '4.600000');
    assert.equal(cost({ ...figures, restoreMs: undefined }).toFixed(6), '4.000000');
  });
});

describe('the list of scenarios', () => {
  test('names each once', () => {
    const names = SCENARIOS.map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)]);
  });

  test('keeps the load of an instance when it goes to the validation', () => {
    const load = ({ load, fleet }: Scenario): number =>
      load.kind === 'trace' || fleet.work.kind !== 'lognormal'
        ? 1
        : (load.perSecond * fleet.work.meanMs) / (fleet.workers * fleet.instances);
    for (const one of SCENARIOS) assert.ok(Math.abs(load(validation(one)) / load(one) - 1) < 1e-9, one.name);
  });
});
