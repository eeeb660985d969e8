import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Histogram } from './histogram.ts';
import { Shares } from './shares.ts';
import { estimate, studentT } from './statistics.ts';

describe('the histogram', () => {
  test('answers quantiles within 1 %', () => {
    const histogram = new Histogram();
    for (let ms = 1; ms <= 10_000; ms++) histogram.add(ms);
    for (const q of [0.5, 0.9, 0.99, 0.999])
      assert.ok(Math.abs(histogram.quantile(q) / (q * 10_000) - 1) < 0.011, `${q}: ${histogram.quantile(q)}`);
  });

  test('bears nothing, zero and the absurd', () => {
    const histogram = new Histogram();
    assert.equal(histogram.quantile(0.5), 0);
    for (const ms of [0, 1e-9, 1e12]) histogram.add(ms);
    assert.ok(Number.isFinite(histogram.quantile(1)));
  });
});

describe('the estimate of a mean', () => {
  test('is Student’s', () => {
    // By hand: mean 3, s = sqrt(2.5), n = 5: 2.776 x 1.5811 / 2.2361.
    const { mean, margin } = estimate([1, 2, 3, 4, 5]);
    assert.equal(mean, 3);
    assert.ok(Math.abs(margin - 1.963) < 0.001, `${margin}`);
  });

  test('of one value has no margin that anybody could rely on', () => {
    assert.equal(estimate([7]).margin, Infinity);
  });

  test('meets the tables of t', () => {
    for (const [n, t] of [
      [1, 12.706],
      [10, 2.228],
      [19, 2.093],
      [30, 2.042],
      [120, 1.98],
    ])
      assert.ok(Math.abs(studentT(n) - t) < 0.001, `${n}: ${studentT(n)}`);
  });
});

describe('shares', () => {
  test('are read in quarters of a second: from the fault to below 30 %, from its end to 70 %', () => {
    const shares = new Shares(2, 80_000);
    // Instance 0 has half of the traffic until 1 s into the fault, and again from 3 s after its end.
    for (let now = 0; now < 80_000; now += 10) {
      const isOut = now >= 21_000 && now < 53_000;
      shares.sent(isOut ? 1 : (now / 10) % 2, now);
    }
    assert.equal(
      shares.msUntil(0, 20_000, (share) => share < 0.3),
      1000,
    );
    // The look at 52.75 s already sees half a share, the one at 53 s a whole one.
    assert.equal(
      shares.msUntil(0, 50_000, (share) => share >= 0.7),
      3000,
    );
    assert.equal(
      shares.msUntil(0, 60_000, (share) => share > 5),
      undefined,
    );
  });
});
