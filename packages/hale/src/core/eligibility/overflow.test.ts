import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { near, settingsOf } from '../observe/world-fixture.test.ts';
import { keepProbability } from './index.ts';

const fit = (): Float64Array => new Float64Array([1, -Infinity]);

describe('what a tier keeps', () => {
  test('is 1.4 times its listed share, and everything while two of seven are out', () => {
    const settings = settingsOf();
    for (const [listed, size, kept] of [
      [7, 7, 1],
      [5, 7, 1],
      [4, 7, 0.8],
      [1, 7, 0.2],
      [0, 7, 0],
      [1, 2, 0.7],
    ] as const) {
      near(keepProbability(listed, size, fit(), 0, settings), kept, 1e-12, `${listed} of ${size}:`);
    }
  });

  test('follows the factor that is set', () => {
    near(keepProbability(4, 8, fit(), 0, settingsOf({ overflow: 1 })), 0.5, 1e-12);
    near(keepProbability(1, 8, fit(), 0, settingsOf({ overflow: 10 })), 1, 1e-12);
  });

  test('is nothing for a tier without instances', () => {
    assert.equal(keepProbability(0, 0, fit(), 0, settingsOf()), 0);
    assert.equal(keepProbability(0, 0, fit(), 0, settingsOf({ failbackDelay: '1m' })), 0);
  });

  test('without failbackDelay returns at once', () => {
    const held = fit();
    const settings = settingsOf();
    assert.equal(keepProbability(0, 4, held, 0, settings), 0);
    assert.equal(keepProbability(4, 4, held, 1, settings), 1);
    assert.deepEqual([...held], [1, -Infinity]);
  });
});

describe('with failbackDelay a tier', () => {
  const settings = settingsOf({ failbackDelay: '1m', overflow: 1 });
  const keep = (held: Float64Array, listed: number, now: number): number =>
    keepProbability(listed, 4, held, now, settings);

  test('is fit from the start', () => {
    assert.equal(keep(fit(), 4, 0), 1);
  });

  test('weakens at once', () => {
    const held = fit();
    keep(held, 4, 0);
    assert.equal(keep(held, 3, 10), 0.75);
    assert.equal(keep(held, 1, 11), 0.25);
  });

  test('is believed fit again when it has been so for that long', () => {
    const held = fit();
    keep(held, 2, 1000);
    keep(held, 2, 5000);
    assert.equal(keep(held, 4, 6000), 0.5);
    assert.equal(keep(held, 4, 64_999), 0.5);
    assert.equal(keep(held, 4, 65_000), 1);
    assert.equal(keep(held, 4, 65_001), 1);
  });

  test('that weakens again in that time waits anew', () => {
    const held = fit();
    keep(held, 2, 0);
    keep(held, 4, 30_000);
    keep(held, 2, 50_000);
    assert.equal(keep(held, 4, 70_000), 0.5);
    assert.equal(keep(held, 4, 109_999), 0.5);
    assert.equal(keep(held, 4, 110_000), 1);
  });

  test('that weakens further is believed that at once, and waits from there', () => {
    const held = fit();
    keep(held, 2, 0);
    keep(held, 4, 59_000);
    assert.equal(keep(held, 1, 59_500), 0.25);
    assert.equal(keep(held, 4, 60_000), 0.25);
    assert.equal(keep(held, 4, 119_500), 1);
  });

  test('that recovers in part waits as one that recovers wholly, and then for the rest', () => {
    const held = fit();
    keep(held, 1, 0);
    assert.equal(keep(held, 3, 30_000), 0.25);
    assert.equal(keep(held, 3, 60_000), 0.75);
    keep(held, 3, 70_000);
    assert.equal(keep(held, 4, 129_999), 0.75);
    assert.equal(keep(held, 4, 130_000), 1);
  });

  test('that was empty returns after the delay too', () => {
    const held = fit();
    assert.equal(keep(held, 0, 0), 0);
    assert.equal(keep(held, 4, 59_999), 0);
    assert.equal(keep(held, 4, 60_000), 1);
  });
});

test('it is a probability, never above what stands, for any history', () => {
  const step = fc.record({ listed: fc.nat(5), after: fc.nat(100_000) });
  fc.assert(
    fc.property(
      fc.array(step),
      fc.constantFrom(0, 60_000),
      fc.double({ min: 1, max: 10, noNaN: true }),
      (steps, failbackDelay, overflow) => {
        const held = fit();
        const settings = settingsOf({ failbackDelay, overflow });
        let now = 0;
        for (const { listed, after } of steps) {
          now += after;
          const kept = keepProbability(listed, 5, held, now, settings);
          assert.ok(kept >= 0 && kept <= Math.min(1, (overflow * listed) / 5 + 1e-9));
        }
      },
    ),
  );
});
