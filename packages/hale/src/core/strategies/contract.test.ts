// Every strategy of the registry against the one contract suite.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import type { StrategySuiteOptions } from '../../testing/strategy-suite.ts';
import { testStrategy } from '../../testing/strategy-suite.ts';
import type { StrategyName } from './registry.ts';
import { isStrategyName, STRATEGIES } from './registry.ts';

// Ring points are random, so its shares deviate by 1 / sqrt(points): the lightest of 9 : 90 : 1 has five.
const DECLARED: Record<StrategyName, Omit<StrategySuiteOptions, 'test'>> = {
  'lowest-price': { follows: { weights: 0.02, trust: 0.05 }, readsAtMost: 400 },
  'least-request': { follows: { weights: 0.02, trust: 0.05 }, readsAtMost: 400 },
  'peak-ewma': { follows: { weights: 0.02, trust: 0.05 }, readsAtMost: 400 },
  'weighted-round-robin': { follows: { weights: 0.01, trust: 0.05 }, readsAtMost: 400 },
  'weighted-random': { follows: { weights: 0.02, trust: 0.05 }, readsAtMost: 400 },
  'ring-hash': { follows: { weights: 0.5, trust: 0.5 }, readsAtMost: 400 },
  maglev: { follows: { weights: 0.1, trust: 0.1 }, readsAtMost: 400 },
  'first-available': { isExhaustive: true },
};

for (const name of Object.keys(STRATEGIES) as StrategyName[]) {
  testStrategy(name, STRATEGIES[name], { test, ...DECLARED[name] });
}

test('a strategy has a name only if it is in the registry', () => {
  for (const name of Object.keys(STRATEGIES)) assert.equal(isStrategyName(name), true);
  for (const name of ['', '__proto__', 'toString', 'lowest', null, undefined, 1, {}, STRATEGIES]) {
    assert.equal(isStrategyName(name), false);
  }
});
