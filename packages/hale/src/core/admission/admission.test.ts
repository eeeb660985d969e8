import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AdaptiveLimit, hasRoom, mostBeside } from './index.ts';

const newcomer = (): AdaptiveLimit => {
  const limit = new AdaptiveLimit();
  limit.take(0);
  return limit;
};

test('a service admits up to its limit and not one more', () => {
  assert.equal(hasRoom(9, 1, 10), true);
  assert.equal(hasRoom(10, 1, 10), false);
  assert.equal(hasRoom(8, 3, 10), false);
});

test('a request dearer than the whole limit runs alone instead of never', () => {
  assert.equal(hasRoom(0, 1000, 10), true);
  assert.equal(hasRoom(1, 1000, 10), false);
});

test('the most that may be beside a request says the same as a comparison', () => {
  const whole = fc.integer({ min: 1, max: 1000 });
  fc.assert(
    fc.property(fc.nat(1000), whole, whole, (inFlight, cost, limit) => {
      assert.equal(hasRoom(inFlight, cost, limit), inFlight + cost <= limit || inFlight === 0);
      assert.equal(mostBeside(1, limit), limit - 1);
    }),
  );
});

test('an instance starts at 64 in flight', () => {
  assert.equal(newcomer().limitOf(0), 64);
});

test('a late answer of a late instance shrinks its limit to .8 of what is in flight', () => {
  const limit = newcomer();
  limit.observe(0, 200, 150, 39, 5000, 1000, 10);
  assert.equal(limit.limitOf(0), 32);
});

test('one late answer of a quick instance, or one quick answer of a late one, shrinks nothing', () => {
  const limit = newcomer();
  limit.observe(0, 900, 20, 10, 1000, 1000, 10);
  limit.observe(0, 20, 900, 10, 1000, 1000, 10);
  assert.equal(limit.limitOf(0), 64);
});

test('it shrinks once for each time that counts as too late', () => {
  const limit = newcomer();
  limit.observe(0, 200, 200, 99, 1000, 1000, 10);
  const once = limit.limitOf(0);
  limit.observe(0, 200, 200, 99, 1099, 1000, 10);
  assert.equal(limit.limitOf(0), once);
  limit.observe(0, 200, 200, 99, 1100, 1000, 10);
  assert.equal(limit.limitOf(0), Math.floor(0.8 * 0.8 * 64));
});

test('a service that is slow by nature is judged by six of its own medians', () => {
  const limit = newcomer();
  limit.observe(0, 1100, 1100, 30, 0, 1000, 200);
  assert.equal(limit.limitOf(0), 64);
  limit.observe(0, 1300, 1300, 30, 0, 1000, 200);
  assert.equal(limit.limitOf(0), 24);
});

test('it grows by one in a round of answers while more than half of it is used', () => {
  const limit = newcomer();
  for (let answer = 0; answer < 65; answer++) limit.observe(0, 10, 10, 60, answer, 1000, 10);
  assert.equal(limit.limitOf(0), 65);
});

test('it does not grow while it is idle', () => {
  const limit = newcomer();
  for (let answer = 0; answer < 10_000; answer++) limit.observe(0, 10, 10, 32, answer, 1000, 10);
  assert.equal(limit.limitOf(0), 64);
});

test('the slow median follows the fleet with a time constant of a minute', () => {
  const limit = newcomer();
  limit.observe(0, 100, 100, 0, 0, 0, 100);
  // At once, a median that is now 10 s would make 5 s of latency fine; the slow median still stands near 100 ms.
  limit.observe(0, 5000, 5000, 30, 1, 0, 10_000);
  assert.equal(limit.limitOf(0), 24);
  for (let second = 1; second <= 600; second++) limit.observe(0, 100, 100, 0, second * 1000, 0, 10_000);
  limit.observe(0, 5000, 5000, 20, 601_000, 0, 10_000);
  assert.equal(limit.limitOf(0), 24, '5 s are no longer late');
});

test('times that pass the end of 32 bits, or go back, do not stop it from shrinking', () => {
  for (const start of [2 ** 31 - 50, 2 ** 32 - 50, 2 ** 31 + 5000, 0]) {
    const limit = newcomer();
    for (let step = 0; step < 40; step++) limit.observe(0, 200, 200, 99, start + step * 100, 1000, 10);
    assert.equal(limit.limitOf(0), 4, `from ${start}`);
  }
  const limit = newcomer();
  limit.observe(0, 200, 200, 99, 1e6, 1000, 10);
  limit.observe(0, 200, 200, 99, 10, 1000, 10);
  assert.equal(limit.limitOf(0), Math.floor(0.8 * 0.8 * 64));
});

test('growing keeps what is known, and a reused slot starts anew', () => {
  const limit = newcomer();
  limit.observe(0, 200, 200, 39, 1000, 1000, 10);
  limit.take(500);
  limit.grow(10);
  assert.deepEqual([limit.limitOf(0), limit.limitOf(500), limit.limitOf(499)], [32, 64, 64]);
  limit.take(0);
  assert.equal(limit.limitOf(0), 64);
});

test('the limit is a whole number from 4 to a million, whatever is observed', () => {
  const wild = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 0, -1));
  const observation = fc.tuple(wild, wild, fc.integer({ min: 0, max: 2_000_000 }), wild, wild, wild);
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 50 }), (observations) => {
      const limit = newcomer();
      for (const [latency, estimate, inFlight, now, timeout, median] of observations) {
        limit.observe(0, latency, estimate, inFlight, now, timeout, median);
        const value = limit.limitOf(0);
        assert.ok(Number.isInteger(value) && value >= 4 && value <= 1_000_000, `${value}`);
      }
    }),
  );
});
