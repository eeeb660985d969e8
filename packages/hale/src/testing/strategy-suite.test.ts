// The suite itself: a sound strategy passes, and each way to break the contract is found by the test that names it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Strategy, StrategyFactory, View } from '../core/strategies/strategy.ts';
import type { StrategySuiteOptions } from './strategy-suite.ts';
import { testStrategy } from './strategy-suite.ts';

/** Runs the suite against `pick` and returns the titles of the tests that failed. */
function failures(pick: Strategy['pick'] | StrategyFactory, declared: Partial<StrategySuiteOptions> = {}): string[] {
  const failed: string[] = [];
  const factory =
    pick.length === 0 ? (pick as StrategyFactory) : (): Strategy => ({ name: 'mine', pick: pick as Strategy['pick'] });
  testStrategy('mine', factory, {
    ...declared,
    test(title, run) {
      try {
        run();
      } catch {
        failed.push(title);
      }
    },
  });
  return failed;
}

const firstFree = (view: View): number => {
  for (let position = 0; position < view.count; position++) if (view.isAvailable(position)) return position;
  return -1;
};

test('a strategy that keeps the contract passes', () => {
  assert.deepEqual(failures(firstFree, { isExhaustive: true }), []);
});

test('tests are grouped where the runner can', () => {
  const groups: string[] = [];
  testStrategy('mine', () => ({ name: 'mine', pick: firstFree }), {
    test: () => {},
    describe: (name) => groups.push(name),
  });
  assert.deepEqual(groups, ['mine']);
});

const BROKEN: readonly [
  what: string,
  pick: Strategy['pick'] | StrategyFactory,
  declared: Partial<StrategySuiteOptions>,
  caughtBy: RegExp,
][] = [
  ['answers an unavailable position', (view) => view.count - 1, {}, /never picks an excluded or full/],
  ['answers a position that does not exist', (view) => view.count, {}, /picks an available position/],
  ['answers a fraction', (view) => firstFree(view) / 2, {}, /picks an available position|never picks/],
  ['gives up early', (view) => (view.count > 0 && view.isAvailable(0) ? 0 : -1), {}, /finds the only available/],
  [
    'reads beyond the last position',
    (view) => (view.isAvailable(view.count) ? 0 : 0),
    {},
    /picks an available position/,
  ],
  [
    'throws',
    () => ({
      name: 'mine',
      pick: () => {
        throw new Error('mine');
      },
    }),
    {},
    /answers -1 when nobody/,
  ],
  ['has another name', () => ({ name: 'other', pick: firstFree }), {}, /has its name/],
  [
    'uses chance of its own',
    (view) => (view.count === 0 ? -1 : view.isAvailable(ownDraw(view)) ? lastDraw : firstFree(view)),
    {},
    /picks the same again/,
  ],
  ['keeps the first view', keepsView, {}, /does not read the view after/],
  ['remembers positions', remembersPosition, {}, /survives instances that leave/],
  ['declares weights that it does not follow', firstFree, { follows: { weights: 0.1 } }, /follows weights/],
  ['declares trust that it does not follow', firstFree, { follows: { trust: 0.1 } }, /trust 0\.1/],
  ['declares a cost that it exceeds', firstFree, { readsAtMost: 100 }, /reads the view at most 100/],
  [
    'declares to find everyone',
    (view) => firstFree64(view),
    { isExhaustive: true },
    /only available instance of 10000/,
  ],
];

for (const [what, pick, declared, caughtBy] of BROKEN) {
  test(`a strategy that ${what} is found out`, () => {
    assert.match(failures(pick, declared).join('\n'), caughtBy);
  });
}

let calls = 0;
let lastDraw = 0;
function ownDraw(view: View): number {
  // Not the context's random: the calls of all strategies advance it.
  calls = (calls * 1103515245 + 12345) % 2147483648;
  lastDraw = calls % view.count;
  return lastDraw;
}

function keepsView(): Strategy {
  let kept: View | undefined;
  return { name: 'mine', pick: (view) => firstFree((kept ??= view)) };
}

function remembersPosition(): Strategy {
  let remembered = -1;
  return {
    name: 'mine',
    pick: (view) => (view.count > 0 && remembered < 0 ? (remembered = view.count - 1) : remembered),
  };
}

function firstFree64(view: View): number {
  for (let position = 0; position < Math.min(64, view.count); position++)
    if (view.isAvailable(position)) return position;
  return -1;
}
