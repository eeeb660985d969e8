// What every strategy owes the engine, as tests that yours can be run against:
//
//   import { test } from 'node:test';
//   testStrategy('my-strategy', myStrategy, { test, follows: { weights: 0.1, trust: 0.2 } });
//
// Works with any runner that has a `test(name, run)`. Chance is seeded, so a pass stays a pass. What is declared in the
// options is tested besides; what is not (cost, distribution) is the strategy's own affair.

import { seededRandom } from '../core/kernel/index.ts';
import type { StrategyFactory } from '../core/strategies/strategy.ts';
import type { Settable } from './strategy-trial.ts';
import { expect, fleetOf, Trial } from './strategy-trial.ts';
import { arrayView } from './view.ts';

export interface StrategySuiteOptions {
  /** Registers one test; `test` of node:test, Vitest, Jest or Bun. */
  readonly test: (name: string, run: () => void) => unknown;
  /** Groups them, where the runner can. */
  readonly describe?: (name: string, run: () => void) => unknown;
  /**
   * Declares that idle instances are picked in proportion to weight and to trust: the largest relative deviation from
   * the fair share that is allowed, beside four standard deviations of chance. 0.1 allows a tenth.
   */
  readonly follows?: { readonly weights?: number; readonly trust?: number };
  /** Declares that the only available instance is found among 10 000. Without it, among 64 is enough. */
  readonly isExhaustive?: boolean;
  /** Declares that a pick among 10 000 reads the view at most this often. */
  readonly readsAtMost?: number;
}

/** Registers the suite for the strategies that `factory` makes. Each test makes its own. */
export function testStrategy(name: string, factory: StrategyFactory, options: StrategySuiteOptions): void {
  const register = (): void => {
    for (const [title, run] of tests(name, factory, options)) options.test(`${name} ${title}`, run);
  };
  if (options.describe) options.describe(name, register);
  else register();
}

function* tests(
  name: string,
  factory: StrategyFactory,
  options: StrategySuiteOptions,
): Generator<[string, () => void]> {
  yield ['has its name', () => expect(factory().name === name, `name ${name}`, factory().name)];

  yield [
    'answers -1 when nobody is eligible',
    () => {
      const trial = new Trial(factory, fleetOf(0));
      expect(trial.pick() === -1, '-1', 'a position');
    },
  ];

  for (const count of [1, 2, 3, 10, 10_000]) {
    yield [
      `picks an available position of ${count}`,
      () => {
        const trial = new Trial(factory, fleetOf(count));
        for (let picks = 0; picks < 200; picks++) expect(trial.pick() >= 0, 'a position', -1);
      },
    ];
  }

  for (const count of [1, 2, 10, 10_000]) {
    yield [
      `answers -1 when none of ${count} is available`,
      () => {
        const trial = new Trial(factory, fleetOf(count, { isAvailable: false }));
        for (let picks = 0; picks < 20; picks++) expect(trial.pick() === -1, '-1', 'a position');
      },
    ];
  }

  yield [
    'never picks an excluded or full instance',
    () => {
      const chance = seededRandom('available');
      const trial = new Trial(factory, fleetOf(20));
      for (let picks = 0; picks < 2_000; picks++) {
        for (const instance of trial.view.instances) instance.isAvailable = chance() < 0.3;
        const isAnyAvailable = trial.view.instances.some(({ isAvailable }) => isAvailable);
        expect(trial.pick() >= 0 === isAnyAvailable, isAnyAvailable ? 'a position' : '-1', 'the opposite');
      }
    },
  ];

  for (const count of options.isExhaustive ? [2, 64, 10_000] : [2, 64]) {
    yield [
      `finds the only available instance of ${count}`,
      () => {
        const trial = new Trial(factory, fleetOf(count, { isAvailable: false, trust: 0.05 }));
        for (const order of [0, count >> 1, count - 1]) {
          trial.view.instances[order].isAvailable = true;
          for (let picks = 0; picks < 20; picks++) expect(trial.pick() === order, `order ${order}`, 'another answer');
          trial.view.instances[order].isAvailable = false;
        }
      },
    ];
  }

  yield [
    'finds the only eligible instance of 10 000',
    () => {
      const trial = new Trial(factory, fleetOf(10_000));
      for (const { order } of trial.view.instances) if (order !== 7_777) trial.view.leave(order);
      for (let picks = 0; picks < 20; picks++) expect(trial.pick() === 7_777, 'order 7777', 'another answer');
    },
  ];

  yield [
    'takes any text for an id and a key',
    () => {
      const ids = ['__proto__', 'constructor', ' ', '0', '-1', '🦄', '\u0000', 'é', '\ud800', 'x'.repeat(256)];
      const trial = new Trial(factory, arrayView(ids.map((id) => ({ id }))));
      for (const key of [...ids, '', undefined, 'k'.repeat(100_000)]) expect(trial.pick(key) >= 0, 'a position', -1);
    },
  ];

  yield [
    'stays in range whatever the numbers and the draws are',
    () => {
      const weights = [1e-9, 1e-3, 1, 1e3, 1e6];
      const extremes = weights.map((weight, place) => ({
        id: `i${place}`,
        weight,
        trust: [1, 0.05][place % 2],
        score: place / 4,
        latencyMs: [0.05, 1e7][place % 2],
        inFlight: [0, 0, 1, 1e6, 1e9][place],
        failureRate: place / 4,
      }));
      for (const draw of [0, 0.5, 1 - 2 ** -32, 1 - 2 ** -53, 1, Number.NaN]) {
        for (const typical of [0, 1e-9, 1e9]) {
          const trial = new Trial(factory, arrayView(extremes), () => draw);
          trial.view.typical = typical;
          for (let picks = 0; picks < 50; picks++) expect(trial.pick() >= 0, `a position when draws are ${draw}`, -1);
        }
      }
    },
  ];

  yield [
    'picks the same again from the same seed',
    () => {
      const [one, other] = [new Trial(factory, fleetOf(50)), new Trial(factory, fleetOf(50))];
      for (let picks = 0; picks < 500; picks++) {
        const [order, itsOrder] = [one.pick(), other.pick()];
        expect(order === itsOrder, `order ${order}`, itsOrder);
        one.view.instances[order].inFlight++;
        other.view.instances[order].inFlight++;
      }
    },
  ];

  yield [
    'survives instances that leave, return and move between picks',
    () => {
      const chance = seededRandom('moves');
      const trial = new Trial(factory, fleetOf(30));
      for (let picks = 0; picks < 3_000; picks++) {
        const order = Math.floor(chance() * 30);
        if (chance() < 0.5) trial.view.leave(order);
        else trial.view.enter(order);
        const picked = trial.pick();
        expect(
          picked >= 0 === trial.view.lend(({ count }) => count > 0),
          'a position while anyone is eligible',
          picked,
        );
        if (picked >= 0 && chance() < 0.5) trial.settle(picked, chance() < 0.8 ? chance() * 100 : 0);
      }
    },
  ];

  yield [
    'survives a membership that changes, empties and reuses orders',
    () => {
      const trial = new Trial(factory, fleetOf(10));
      for (const [generation, count] of [10, 3, 0, 64, 1, 10].entries()) {
        trial.changeTo(
          arrayView(Array.from({ length: count }, (_, place) => ({ id: `${generation}-${place}`, weight: 1 + place }))),
        );
        for (let picks = 0; picks < 50; picks++) {
          const picked = trial.pick();
          expect(picked >= 0 === count > 0, 'a position while anyone is eligible', picked);
          if (picked >= 0) trial.settle(picked, 10);
        }
      }
    },
  ];

  yield [
    'does not read the view after a pick has returned',
    () => {
      const [one, other] = [fleetOf(5), fleetOf(5)];
      const trial = new Trial(factory, one);
      trial.pick();
      // `one` now throws when it is read; a strategy that kept it would read it here.
      trial.view = other;
      for (let picks = 0; picks < 20; picks++) trial.settle(trial.pick(), 10);
    },
  ];

  if (options.follows?.weights !== undefined) {
    const tolerance = options.follows.weights;
    yield [
      'follows weights',
      () =>
        expectShares(
          factory,
          [1, 2, 3, 4].map((weight) => ({ weight })),
          [0.1, 0.2, 0.3, 0.4],
          tolerance,
        ),
    ];
    yield [
      'follows weights that are far apart',
      () =>
        expectShares(
          factory,
          [1, 9, 90].map((weight) => ({ weight })),
          [0.01, 0.09, 0.9],
          tolerance,
        ),
    ];
  }
  if (options.follows?.trust !== undefined) {
    const tolerance = options.follows.trust;
    // Of five, one at a tenth: .1 of 4.1.
    const fleet = [0.1, 1, 1, 1, 1].map((trust) => ({ trust }));
    yield [
      'gives an instance of trust 0.1 about a tenth of its share',
      () => expectShares(factory, fleet, [0.1 / 4.1], tolerance),
    ];
  }
  if (options.readsAtMost !== undefined) {
    const most = options.readsAtMost;
    yield [
      `reads the view at most ${most} times among 10 000`,
      () => {
        const trial = new Trial(factory, fleetOf(10_000));
        trial.pick();
        for (const isAvailable of [true, false]) {
          for (const instance of trial.view.instances) instance.isAvailable = isAvailable;
          for (let picks = 0; picks < 50; picks++) {
            trial.pick();
            expect(trial.reads <= most, `at most ${most} reads`, trial.reads);
          }
        }
      },
    ];
  }
}

function expectShares(
  factory: StrategyFactory,
  fleet: readonly Partial<Settable>[],
  shares: readonly number[],
  tolerance: number,
): void {
  const PICKS = 20_000;
  const trial = new Trial(factory, arrayView(fleet.map((given, place) => ({ ...given, id: `instance ${place}` }))));
  const counts = new Float64Array(fleet.length);
  for (let picks = 0; picks < PICKS; picks++) {
    const order = trial.pick();
    counts[order]++;
    trial.settle(order, 10);
  }
  shares.forEach((share, place) => {
    const allowed = tolerance * share * PICKS + 4 * Math.sqrt(PICKS * share * (1 - share));
    const received = counts[place];
    expect(
      Math.abs(received - share * PICKS) <= allowed,
      `${share * PICKS} picks of instance ${place}, +- ${Math.round(allowed)}`,
      received,
    );
  });
}
