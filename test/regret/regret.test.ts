// The guard: hale's regret in every scenario that runs quickly, on fixed seeds, beside its recorded ceiling.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { POLICIES, SCENARIOS, cost, estimate, measure } from 'hale/sim';
import { GUARD_SEEDS, MOST_REQUESTS, readCeilings } from './ceilings.ts';
import type { Scenario } from 'hale/sim';

const ceilings = readCeilings();
const [hale, oracle] = ['hale', 'oracle'].map((name) => POLICIES.find((policy) => policy.name === name)!);
const guarded = SCENARIOS.filter(isQuick);

describe('the regret of hale', () => {
  for (const scenario of guarded) {
    test(`stays below its ceiling in ${scenario.name}`, () => {
      const recorded = ceilings[scenario.name];
      assert.ok(recorded, `no ceiling is recorded for ${scenario.name}: npm run sim:update`);
      const { mean } = estimate(
        GUARD_SEEDS.map((seed) => cost(measure(scenario, hale, seed)) - cost(measure(scenario, oracle, seed))),
      );
      assert.ok(
        mean <= recorded.ceiling,
        `regret ${mean.toFixed(3)} is above ${recorded.ceiling}; the mean was ${recorded.mean}. ` +
          'If the change is worth it: npm run sim:update -- --because "..."',
      );
    });
  }

  test('has a ceiling for no scenario that is gone', () => {
    const names = new Set(guarded.map(({ name }) => name));
    assert.deepEqual(
      Object.keys(ceilings).filter((name) => !names.has(name)),
      [],
    );
  });
});

function isQuick({ load, lengthMs, fleet }: Scenario): boolean {
  const perSecond = load.kind === 'trace' ? Infinity : load.perSecond;
  return (perSecond * lengthMs) / 1000 <= MOST_REQUESTS && fleet.instances <= 100;
}
