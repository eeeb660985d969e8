import assert from 'node:assert/strict';
import { test } from 'node:test';
import { virtualClock } from 'hale/testing';
import { countRefusals } from './refusals.ts';

test('the first refusal of a kind is told at once, and those after it once a second, none left out', () => {
  const clock = virtualClock();
  const told: [string, number, number][] = [];
  const count = countRefusals(clock, (code, times) => told.push([code, times, clock.now()]));
  const start = clock.now();
  for (let i = 0; i < 100; i++) count('overloaded');
  count('no-route');
  assert.deepEqual(told, [
    ['overloaded', 1, start],
    ['no-route', 1, start],
  ]);
  clock.runUntil(clock.now() + 1000);
  assert.deepEqual(told.slice(2), [['overloaded', 99, start + 1000]]);
  count('overloaded');
  clock.runUntil(clock.now() + 1000);
  assert.deepEqual(told.slice(3), [['overloaded', 1, start + 2000]]);
  clock.runUntil(clock.now() + 10_000);
  count('overloaded');
  assert.deepEqual(told.slice(4), [['overloaded', 1, start + 12_000]]);
});
