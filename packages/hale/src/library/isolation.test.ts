// Whatever a user's own code does wrong (strategies, checks, clocks, chance, classifiers; for listeners see facts.test.ts), a request goes its way;
// it is counted, and the last case is told in words.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../core/kernel/index.ts';
import type { Outcome } from '../core/model/index.ts';
import type { Strategy, StrategyFactory } from '../core/strategies/index.ts';
import { NONSENSE, awkward, serve, stage, word } from './stage-fixture.test.ts';

describe('a strategy', () => {
  const broken: [string, () => Partial<Strategy>, number][] = [
    [
      'throws in pick',
      () => ({
        pick: () => {
          throw new Error('mine');
        },
      }),
      1,
    ],
    [
      'throws in rebuild',
      () => ({
        rebuild: () => {
          throw awkward;
        },
        pick: () => 0,
      }),
      1,
    ],
    [
      'throws in settled',
      () => ({
        pick: () => 0,
        settled: () => {
          throw new Error('mine');
        },
      }),
      1,
    ],
    ['answers a position that does not exist', () => ({ pick: () => 99 }), 0],
    ['answers a fraction', () => ({ pick: () => 0.5 }), 0],
    ['answers a number below -1', () => ({ pick: () => -2 }), 0],
    ['answers a promise', () => ({ pick: (() => Promise.resolve(0)) as never }), 0],
    ['has a rebuild that is no function', () => ({ pick: () => 0, rebuild: 5 as never }), 1],
  ];
  for (const [what, make, least] of broken) {
    test(`that ${what} loses no request`, () => {
      const here = stage({ strategy: () => ({ name: 'mine', ...make() }) as Strategy }, 'abc');
      assert.equal(serve(here, 100), 100);
      assert.ok(here.users.inspect().ignored.thrown >= least);
      if (least > 0) assert.match(here.users.inspect().ignored.last ?? '', /strategy mine threw/);
    });
  }

  test('that answers -1 means nobody, and is taken at its word', () => {
    const here = stage({ strategy: () => ({ name: 'choosy', pick: (_, { key }) => (key === 'vip' ? 1 : -1) }) }, 'abc');
    assert.equal(here.users.pick(), undefined);
    assert.equal(here.users.refusal, 'too-few');
    assert.equal(here.users.pick({ key: 'vip' })!.instance.id, 'b');
    assert.equal(here.users.inspect().ignored.thrown, 0);
  });

  test('answers of any type are checked', () => {
    for (const value of NONSENSE) {
      if (value === -1) continue;
      const here = stage({ strategy: () => ({ name: 'mine', pick: () => value as number }) }, 'abc');
      assert.equal(serve(here, 20), 20, word(value));
    }
  });

  test('whose factory throws or makes no strategy is stood in for', () => {
    const factories: unknown[] = [
      ...NONSENSE.map((value) => () => value),
      () => {
        throw awkward;
      },
    ];
    for (const factory of factories) {
      const here = stage({ strategy: factory as StrategyFactory }, 'abc');
      assert.equal(serve(here, 20), 20);
      assert.match(here.users.inspect().ignored.last ?? '', /strategy's factory/);
    }
  });

  test('is never given an excluded or full instance as its own answer', () => {
    const here = stage({ strategy: () => ({ name: 'stubborn', pick: () => 0 }) }, 'ab');
    for (let i = 0; i < 20; i++) assert.equal(here.users.pick({ exclude: ['a'] })!.instance.id, 'b');
  });
});

describe('chance', () => {
  const random = seededRandom(1);
  const broken: [string, () => unknown][] = [
    ['answers 1', () => 1],
    ['answers 0', () => 0],
    ['answers NaN', () => NaN],
    ['answers below 0', () => -1],
    ['answers text', () => '0.5'],
    ['answers nothing', () => undefined],
    [
      'throws',
      () => {
        throw new Error('no luck');
      },
    ],
    [
      'throws at times',
      () => {
        if (random() < 0.3) throw new Error('no luck');
        return random();
      },
    ],
  ];
  for (const [what, answer] of broken) {
    test(`that ${what} still finds somebody, of the very set`, () => {
      for (const strategy of ['lowest-price', 'weighted-random', 'ring-hash', 'weighted-round-robin'] as const) {
        const here = stage(
          { strategy, random: answer as () => number, preset: 'serving', minHealthyInstances: 3 },
          'abcde',
        );
        assert.equal(serve(here, 50), 50);
        for (const id of 'abc')
          for (let i = 0; i < 20; i++) here.balancer.recordError('users', id, { cause: 'connect' });
        const lease = here.users.pick();
        assert.ok(lease !== undefined && 'abcde'.includes(lease.instance.id));
        here.clock.runUntil(here.clock.now() + 60_000);
        assert.equal(serve(here, 50), 50);
        for (const one of here.users.inspect().instances) assert.ok(Number.isFinite(one.nextChangeInMs ?? 0));
      }
    });
  }
});

describe('a clock', () => {
  test('that throws, stands still, jumps or answers NaN serves all the same', () => {
    const answers: (() => unknown)[] = [
      () => {
        throw awkward;
      },
      () => 5,
      () => NaN,
      () => Infinity,
      () => 'now',
      () => -1e9,
      () => Math.round(seeded() * 1e12),
    ];
    const seeded = seededRandom(2);
    for (const now of answers) {
      const clock = { now: now as () => number, schedule: () => () => {} };
      const here = stage({ clock }, 'abc');
      let served = 0;
      for (let i = 0; i < 50; i++) {
        const lease = here.users.pick();
        lease?.succeed();
        served += Number(lease !== undefined);
      }
      assert.equal(served, 50);
      here.users.recordError('a');
      for (const one of here.users.inspect().instances) assert.ok(one.score >= 0 && one.score <= 1);
      here.balancer.metrics();
    }
  });

  test('that stands still lets a run wait no longer than maxWait of naps', async () => {
    let naps = 0;
    const clock = { now: () => 5, schedule: (_: number, done: () => void) => (naps++, queueMicrotask(done), () => {}) };
    const here = stage({ clock, maxWait: '1s' }, 'a');
    here.users.override('a', { circuit: 'open' });
    await assert.rejects(
      here.users.run(() => 1),
      { code: 'HALE_NO_INSTANCE' },
    );
    assert.ok(naps <= 1000, `${naps}`);
  });
});

describe('a check', () => {
  test('that throws, rejects or answers nonsense is a failed check, and no more', async () => {
    const answers: (() => unknown)[] = [
      () => {
        throw awkward;
      },
      () => Promise.reject(new Error('mine')),
      () => 5,
      () => null,
      () => ({ kind: 'odd' }),
    ];
    for (const answer of answers) {
      const here = stage({ check: answer as () => boolean, checkInterval: '1s', preset: 'serving' }, 'ab');
      await here.clock.advance('10s');
      assert.equal(serve(here, 20), 20);
      assert.ok(
        here.balancer
          .metrics()
          .some(
            ({ name, labels, ...rest }) =>
              name === 'hale_checks_total' && labels['result'] === 'failed' && 'value' in rest && rest.value > 0,
          ),
      );
      await here.balancer.close();
    }
  });
});

describe('a classifier', () => {
  test('of a run that throws or answers nonsense is passed over', async () => {
    const answers: (() => unknown)[] = [
      () => {
        throw awkward;
      },
      () => undefined,
      () => null,
      () => ({ kind: 'odd' }),
      () => 5,
    ];
    for (const classify of answers) {
      const here = stage({}, 'ab');
      const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      await assert.rejects(
        here.users.run(() => Promise.reject(refused), { classify: classify as () => Outcome }),
        refused,
      );
      const { instances, ignored } = here.users.inspect();
      assert.equal(ignored.thrown, 1);
      assert.match(ignored.last ?? '', /classify/);
      assert.equal(
        instances.reduce((sum, one) => sum + one.inFlight, 0),
        0,
        'the lease was settled',
      );
      assert.equal(
        instances.reduce((sum, one) => sum + one.evidence.run, 0),
        1,
        'by the rules that everybody has',
      );
    }
  });
});
