import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SlidingCount } from './sliding-count.ts';

const counter = (): SlidingCount => {
  const count = new SlidingCount();
  count.grow(2);
  return count;
};

test('what happened within a second is counted, and what is 50 ms older is not', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1_000_000, max: 1_000_000 }),
      fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 80 }),
      (start, gaps) => {
        const count = counter();
        const moments: number[] = [];
        let now = start;
        for (const gap of gaps) {
          now += gap;
          count.add(0, now);
          moments.push(now);
          const within = (ms: number): number => moments.filter((moment) => moment > now - ms).length;
          assert.ok(count.at(0, now) >= within(1000), 'none too few');
          assert.ok(count.at(0, now) <= within(1050), 'none too old');
          assert.equal(count.at(1, now), 0, 'slots do not mix');
        }
      },
    ),
  );
});

test('what is taken back was never counted', () => {
  const count = counter();
  for (const moment of [0, 10, 300, 600]) count.add(0, moment);
  assert.equal(count.takeBack(0, 300, 700), true);
  assert.equal(count.at(0, 700), 3);
  assert.equal(count.takeBack(0, 300, 700), false, 'nothing is left of that moment');
  assert.equal(count.takeBack(0, 0, 5000), true, 'long out of the window');
  assert.equal(count.at(0, 5000), 0);
});

test('a moment that lies a little back counts as the newest, and a clock that went far back begins anew', () => {
  const count = counter();
  count.add(0, 10_000);
  count.add(0, 9_940);
  assert.equal(count.at(0, 10_000), 2);
  count.add(0, 50);
  assert.equal(count.at(0, 50), 1);
  count.add(0, 1e12);
  assert.equal(count.at(0, 1e12), 1);
});

test('a clock that stands still counts on', () => {
  const count = counter();
  for (let i = 0; i < 100; i++) count.add(0, 7);
  assert.equal(count.at(0, 7), 100);
});

test('growing keeps the counts, and a cleared slot is empty', () => {
  const count = counter();
  count.add(1, 100);
  count.grow(50);
  count.grow(3);
  count.add(49, 100);
  assert.deepEqual([count.at(1, 120), count.at(49, 120), count.at(0, 120)], [1, 1, 0]);
  count.clear(1);
  assert.equal(count.at(1, 120), 0);
});
