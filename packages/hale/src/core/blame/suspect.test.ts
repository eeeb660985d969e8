import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { failureWeight } from './suspect.ts';

test('a failure weighs 1 where the others do well, less the more they fail, and nothing when they fail as often', () => {
  assert.deepEqual([0, 0.01, 0.02].map(failureWeight), [1, 1, 1]);
  const falling = [0.02, 0.05, 0.1, 0.3, 0.6, 0.9, 0.95].map(failureWeight);
  for (let at = 1; at < falling.length; at++) assert.ok(falling[at] < falling[at - 1], falling.join(' '));
  assert.deepEqual([failureWeight(0.95), failureWeight(1), failureWeight(Number.NaN)], [0, 0, 0]);
});

test('the weight is between 0 and 1 for every rate', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1 }), (rate) => {
      const weight = failureWeight(rate);
      assert.ok(weight >= 0 && weight <= 1, `${rate}: ${weight}`);
    }),
  );
});
