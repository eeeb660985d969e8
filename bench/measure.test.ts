import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PowerOfTwoChoices } from './baseline/power-of-two-choices.ts';
import { measure, median } from './measure.ts';

test('the median is the middle, or the mean of the two in the middle', () => {
  assert.deepEqual([median([5]), median([3, 1, 2]), median([4, 1, 3, 2])], [5, 2, 2.5]);
});

test('subjects that say how long they took are compared by their word, in one ratio for each round', async () => {
  const takes =
    (msForOnce: number): ((times: number) => number) =>
    (times) =>
      times * msForOnce;
  const measured = await measure(
    [
      { name: 'a', run: takes(2) },
      { name: 'b', run: async (times) => takes(6)(times) },
    ],
    { rounds: 3, sliceMs: 10, warmUpMs: 20 },
  );
  assert.deepEqual(measured, [
    { name: 'a', ns: 2e6, spread: 0, ratio: 1 },
    { name: 'b', ns: 6e6, spread: 0, ratio: 3 },
  ]);
});

test('the bare power of two choices takes the lower price, and gives the place back', () => {
  // First draw 0, second draw 0 of the remaining one: always instances 0 and 1.
  const p2c = new PowerOfTwoChoices(2, () => 0);
  assert.equal(p2c.pick(), 0);
  assert.equal(p2c.pick(), 1, '0 is busy');
  p2c.settle(0, 10);
  p2c.settle(1, 1000);
  assert.equal(p2c.pick(), 0);
  p2c.settle(0, 1e9);
  assert.equal(p2c.pick(), 1, '0 has become slow');
});
