import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RetryBudget } from './budget.ts';

const withdrawAll = (budget: RetryBudget, now: number): number => {
  let taken = 0;
  while (taken < 1e6 && budget.withdraw(now)) taken++;
  return taken;
};

test('five requests pay for one retry at a budget of 0.2', () => {
  const budget = new RetryBudget({ budget: 0.2, minPerSecond: 0 });
  for (let request = 0; request < 4; request++) budget.deposit(0);
  assert.equal(budget.withdraw(0), false);
  budget.deposit(0);
  assert.equal(budget.withdraw(0), true);
  assert.equal(budget.withdraw(0), false);
});

test('a thousand requests pay for two hundred retries, and not for one more', () => {
  const budget = new RetryBudget({ budget: 0.2, minPerSecond: 0 });
  for (let request = 0; request < 1000; request++) budget.deposit(request);
  assert.equal(withdrawAll(budget, 1000), 200);
});

test('the floor lets a service retry that has seen no request', () => {
  assert.equal(withdrawAll(new RetryBudget({ budget: 0, minPerSecond: 10 }), 5), 100);
});

test('a budget of nothing refuses every retry', () => {
  const budget = new RetryBudget({ budget: 0, minPerSecond: 0 });
  for (let request = 0; request < 1000; request++) budget.deposit(0);
  assert.equal(budget.withdraw(0), false);
});

test('what a busy time has saved is gone ten seconds later', () => {
  const budget = new RetryBudget({ budget: 1, minPerSecond: 0 });
  for (let request = 0; request < 500; request++) budget.deposit(0);
  assert.equal(budget.remaining(9_999), 500);
  assert.equal(budget.remaining(10_000), 0);
});

test('a spent floor is back ten seconds later, slice by slice', () => {
  const budget = new RetryBudget({ budget: 0, minPerSecond: 1 });
  for (let second = 0; second < 10; second++) assert.equal(budget.withdraw(second * 1000), true);
  assert.equal(budget.withdraw(9_999), false);
  assert.equal(budget.withdraw(10_000), true);
  assert.equal(budget.withdraw(10_000), false);
  assert.equal(withdrawAll(budget, 60_000), 10);
});

test('a clock that stands still allows the share of its requests and one floor', () => {
  const budget = new RetryBudget({ budget: 0.5, minPerSecond: 1 });
  let retries = 0;
  for (let request = 0; request < 10_000; request++) {
    budget.deposit(7);
    if (budget.withdraw(7)) retries++;
  }
  assert.equal(retries + withdrawAll(budget, 7), 5010);
});

test('a clock that jumps, goes back or tells nonsense neither throws, nor mints retries, nor freezes the budget', () => {
  for (const jump of [NaN, Infinity, -Infinity, -1, -5_000, -1e12, 1e15]) {
    const budget = new RetryBudget({ budget: 0, minPerSecond: 1 });
    assert.equal(withdrawAll(budget, 100_000), 10);
    assert.ok(withdrawAll(budget, jump) <= 10, `after a jump to ${jump}`);
    budget.remaining(jump);
    assert.equal(withdrawAll(budget, 200_000) <= 10, true);
    assert.equal(withdrawAll(budget, 300_000), 10, `usable again after a jump to ${jump}`);
  }
});

test('a first clock reading of NaN is survived', () => {
  const budget = new RetryBudget({ budget: 1, minPerSecond: 0 });
  budget.deposit(NaN);
  assert.equal(budget.withdraw(NaN), true);
  budget.deposit(1e6);
  assert.equal(budget.withdraw(1e6), true);
});

test('other limits take effect at once and keep the balance', () => {
  const budget = new RetryBudget({ budget: 1, minPerSecond: 0 });
  for (let request = 0; request < 10; request++) budget.deposit(0);
  budget.configure({ budget: 0, minPerSecond: 1 });
  assert.equal(budget.remaining(0), 20);
});

test('retries never exceed the share of the requests plus the floor over the ten seconds up to a retry', () => {
  const traffic = fc.array(
    fc.record({
      gap: fc.integer({ min: 0, max: 4000 }),
      requests: fc.integer({ min: 0, max: 20 }),
      retries: fc.integer({ min: 0, max: 40 }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(
      traffic,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 3 }),
      (steps, share, minPerSecond) => {
        const budget = new RetryBudget({ budget: share, minPerSecond });
        const seen: { slice: number; requests: number; retries: number }[] = [];
        let now = 0;
        for (const step of steps) {
          now += step.gap;
          for (let i = 0; i < step.requests; i++) budget.deposit(now);
          let retries = 0;
          for (let i = 0; i < step.retries; i++) if (budget.withdraw(now)) retries++;
          seen.push({ slice: Math.floor(now / 1000), requests: step.requests, retries });
          if (retries === 0) continue;
          const counted = seen.filter(({ slice }) => slice > Math.floor(now / 1000) - 10);
          const requests = counted.reduce((sum, entry) => sum + entry.requests, 0);
          const spent = counted.reduce((sum, entry) => sum + entry.retries, 0);
          assert.ok(spent <= share * requests + 10 * minPerSecond + 1e-3, `${spent} retries for ${requests} requests`);
        }
      },
    ),
    { numRuns: 200 },
  );
});
