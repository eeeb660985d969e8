// Who gets how much, by Pearson's chi-square against the fair shares. Seeds are fixed, so a pass stays a pass; the limits
// are the 99.9 % quantiles, so that a change of the code that breaks a share does not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrayView } from '../../testing/view.ts';
import { seededRandom } from '../kernel/index.ts';
import { hashText } from './hash.ts';
import type { StrategyName } from './registry.ts';
import { STRATEGIES } from './registry.ts';

/** 99.9 % quantiles of chi-square by degrees of freedom. */
const LIMITS: Readonly<Record<number, number>> = { 3: 16.27, 7: 24.32, 9: 27.88, 99: 148.23, 255: 330.52 };

const SAMPLING: readonly StrategyName[] = [
  'lowest-price',
  'least-request',
  'peak-ewma',
  'weighted-random',
  'weighted-round-robin',
];

for (const name of SAMPLING) {
  test(`${name} gives equal idle instances equal shares`, () => {
    assertShares(
      countPicks(
        name,
        Array.from({ length: 10 }, () => ({})),
        50_000,
      ),
      Array(10).fill(1),
    );
  });

  test(`${name} gives idle instances shares by weight and trust`, () => {
    const fleet = [{ weight: 4 }, { weight: 2 }, { weight: 4, trust: 0.25 }, { weight: 1 }];
    // Candidates are drawn without replacement, but among idle ones the first stays: its shares are those of one draw.
    assertShares(countPicks(name, fleet, 50_000), [4, 2, 1, 1]);
  });
}

test('weighted-random draws exactly by share even when one of 64 outweighs the rest a thousandfold', () => {
  const fleet = Array.from({ length: 64 }, (_, place) => ({ weight: place === 0 ? 1000 : 1 }));
  const counts = countPicks('weighted-random', fleet, 100_000);
  const heavy = counts[0] / 100_000;
  const fair = 1000 / 1063;
  assert.ok(
    Math.abs(heavy - fair) < 4 * Math.sqrt((fair * (1 - fair)) / 100_000),
    `received ${heavy}, expected ${fair}`,
  );
});

for (const name of ['ring-hash', 'maglev'] as const) {
  test(`${name} without a key draws by share`, () => {
    const strategy = STRATEGIES[name]();
    const view = arrayView(Array.from({ length: 4 }, (_, place) => ({ id: `i${place}`, weight: place + 1 })));
    strategy.rebuild!(view.members());
    const context = { now: 0, random: seededRandom(name), key: undefined, cost: 1 };
    const counts = Array<number>(4).fill(0);
    for (let picks = 0; picks < 20_000; picks++) counts[view.order(strategy.pick(view, context))]++;
    assertShares(counts, [1, 2, 3, 4]);
  });
}

test('maglev gives each of 100 instances the same number of entries, to one', () => {
  const counts = countPicks(
    'maglev',
    Array.from({ length: 100 }, () => ({})),
    100_000,
  );
  assertShares(counts, Array(100).fill(1));
});

test('ring-hash keeps every one of 20 instances within a third of its fair share', () => {
  const counts = countPicks(
    'ring-hash',
    Array.from({ length: 20 }, () => ({})),
    100_000,
  );
  for (const count of counts) assert.ok(count > 5_000 * 0.67 && count < 5_000 * 1.33, `received ${count} of 5000`);
});

test('hashes of keys that differ in one character are spread evenly', () => {
  for (const shift of [0, 8, 16, 24]) {
    const counts = Array<number>(256).fill(0);
    for (let key = 0; key < 100_000; key++) counts[(hashText(`user-${key}`) >>> shift) & 255]++;
    assertShares(counts, Array(256).fill(1));
  }
});

test('hashes with different seeds are independent', () => {
  const counts = Array<number>(256).fill(0);
  for (let key = 0; key < 100_000; key++) {
    counts[((hashText(`${key}`) & 15) << 4) | (hashText(`${key}`, 1) & 15)]++;
  }
  assertShares(counts, Array(256).fill(1));
});

function countPicks(
  name: StrategyName,
  fleet: readonly { weight?: number; trust?: number }[],
  picks: number,
): number[] {
  const strategy = STRATEGIES[name]();
  const view = arrayView(fleet.map((given, place) => ({ id: `i${place}`, ...given })));
  strategy.rebuild?.(view.members());
  const context = { now: 0, random: seededRandom(`distribution of ${name}`), key: '', cost: 1 };
  const counts = Array<number>(fleet.length).fill(0);
  for (let pick = 0; pick < picks; pick++) {
    context.key = `key ${pick}`;
    counts[view.order(strategy.pick(view, context))]++;
  }
  return counts;
}

function assertShares(counts: readonly number[], shares: readonly number[]): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const sumOfShares = shares.reduce((sum, share) => sum + share, 0);
  const chiSquare = counts.reduce((sum, count, place) => {
    const expected = (total * shares[place]) / sumOfShares;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  const limit = LIMITS[counts.length - 1];
  assert.ok(chiSquare < limit, `chi-square ${chiSquare.toFixed(1)} of ${limit}: received ${counts.join(', ')}`);
}
