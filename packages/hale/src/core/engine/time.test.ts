// Time as it should not be: 32-bit milliseconds that wrap, weeks of silence, clocks that stand still or step.

import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import { LATENCY_AT, REFUSE_UNTIL, WORDS } from '../model/index.ts';
import { Rig, instancesOf, rigOf } from './engine-fixture.test.ts';

const DAY = 86_400_000;

describe('32-bit milliseconds', () => {
  for (const wrapsAt of [2 ** 31, 2 ** 32, 3 * 2 ** 31]) {
    test(`windows, pauses, trials, bursts and slow start are the same across ${wrapsAt} ms`, () => {
      const plain = life(1_000_000);
      // Begins so that the wrap falls at each stage of the life once.
      for (const before of [1, 100, 5000, 12_000, 25_000, 31_000, 60_000])
        assert.deepEqual(life(wrapsAt - before), plain, `${before} ms before`);
    });
  }

  test('windows of four days with four relapses stay within what 32 bits can compare', () => {
    const rig = rigOf('ab', { recoveryWindow: '4d', jitter: 1 });
    for (let relapse = 0; relapse < 6; relapse++) {
      if (rig.see('a').circuit === 'closed') rig.fail('a', 5);
      const wait = rig.see('a').nextChangeInMs!;
      assert.ok(wait >= 4 * DAY && wait <= 19 * DAY, `${wait / DAY} days`);
      assert.notEqual(rig.pick()?.instance.id, 'a');
      rig.pass(wait + 1);
      const trial = rig.mustPick();
      assert.ok(trial.trial);
      trial.fail('reset', { now: rig.now });
    }
  });
});

describe('silence', () => {
  for (const days of [9, 10.5, 19, 20.5, 24.8, 25, 30, 49.7, 50, 365]) {
    test(`after ${days} days without a call everything that was awaited has come`, () => {
      const rig = rigOf('abcd', { forgetAfter: '4d' });
      rig.serve(50);
      rig.fail('a', 5);
      rig.engine.recordFailure('b', 'overload', { retryAfterMs: 60_000 }, rig.now);
      rig.pass(days * DAY);
      const { instances } = rig.engine.inspect(rig.now);
      const [a, b, c] = instances;
      assert.equal(a.eligible, true, 'a may be tried');
      assert.equal(b.evidence.pausedForMs, null, 'b is paused no more');
      assert.equal(b.eligible, true);
      assert.equal(c.evidence.trust, 1);
      assert.ok(instances.every(({ slowness }) => Math.abs(slowness - 1) < 0.2));
      assert.ok(rig.mustPick().trial);
    });
  }

  test('a reading alone keeps house: inspect after weeks shows no window that is long over', () => {
    const rig = rigOf('ab');
    rig.fail('a', 5);
    rig.pass(25 * DAY);
    assert.equal(rig.see('a').nextChangeInMs, 0);
    assert.equal(rig.engine.nextChangeInMs(rig.now), 0);
    assert.match(rig.engine.explain('a', rig.now)[0], /is eligible/);
    assert.equal(
      rig.engine.readings(rig.now, 10).find(({ name }) => name === 'hale_eligible_instances')?.name,
      'hale_eligible_instances',
    );
  });

  test('times older than ten days are moved up, so that no difference is ever taken across half the range', () => {
    const rig = rigOf('ab');
    rig.succeed('a');
    rig.fail('b', 5);
    for (let day = 0; day < 60; day += 3) {
      rig.pass(3 * DAY);
      rig.pick({ exclude: ['b'] })?.ignore({ now: rig.now });
      const { i32 } = rig.engine.state.ledger;
      for (const column of [LATENCY_AT, REFUSE_UNTIL]) {
        for (const id of 'ab') assert.ok(((rig.now - i32[rig.slot(id) * WORDS + column]) | 0) >= 0, `day ${day}`);
      }
    }
  });

  test('the absent are forgotten after forgetAfter by the first door that comes, and not before', () => {
    const rig = rigOf('abc', { forgetAfter: '10s' });
    rig.fail('a', 5);
    rig.update(instancesOf('bc'));
    rig.pass(9_999);
    rig.update(instancesOf('abc'));
    assert.equal(rig.see('a').circuit, 'open', 'a flapping discovery launders nothing');
    rig.update(instancesOf('bc'));
    rig.pass(10_000);
    rig.mustPick().ignore({ now: rig.now });
    assert.equal(rig.lastFact('forgotten')?.type, 'forgotten');
    rig.update(instancesOf('abc'));
    assert.equal(rig.see('a').circuit, 'closed');
  });
});

describe('a clock', () => {
  test('that stands still divides by nothing and still serves', () => {
    const rig = rigOf('abc');
    const counts = rig.serve(500, undefined, 0);
    assert.equal(counts['none'], undefined);
    for (const id of 'abc') assert.ok(counts[id] > 100);
    rig.fail('a', 5);
    assert.equal(rig.see('a').circuit, 'open');
    assert.equal(rig.serve(100, undefined, 0)['a'], undefined);
  });

  test('that steps back neither throws nor opens anything, and goes on when time has caught up', () => {
    const rig = rigOf('abc');
    rig.serve(300);
    rig.pass(-200_000);
    assert.equal(rig.serve(300)['none'], undefined);
    assert.deepEqual(
      rig.engine.inspect(rig.now).instances.map(({ circuit }) => circuit),
      ['closed', 'closed', 'closed'],
    );
    rig.fail('a', 5);
    rig.pass(361_000);
    assert.ok(rig.mustPick().trial);
  });

  test('that throws or answers nonsense stands still, and is counted', () => {
    const rig = rigOf('ab');
    const answers: (() => unknown)[] = [
      () => NaN,
      () => Infinity,
      () => undefined,
      () => '5',
      () => 5n,
      () => {
        throw new Error('no time');
      },
    ];
    for (const answer of answers) {
      rig.engine.state.clock.now = answer as () => number;
      const lease = rig.engine.pick()!;
      lease.succeed();
      assert.equal(rig.engine.now(), rig.now);
    }
    const { ignored } = rig.engine.inspect(rig.now);
    assert.equal(ignored.thrown, 3 * answers.length);
    assert.match(ignored.last ?? '', /the clock threw .*no time/);
  });

  test('on the wall is never asked: stepping it changes nothing', () => {
    const run = (step: boolean): unknown => {
      let wall = 0;
      const date = mock.method(Date, 'now', () => (step ? (wall += 3_600_000 * (wall % 2 === 0 ? 1 : -5)) : 0));
      try {
        const rig = rigOf('abc', {}, { seed: 4 });
        rig.serve(
          200,
          (id, lease) => (id === 'a' ? lease.fail('reset', { now: rig.now }) : lease.succeed({ now: rig.now })),
          50,
        );
        return [date.mock.callCount(), rig.engine.inspect(rig.now)];
      } finally {
        date.mock.restore();
      }
    };
    assert.deepEqual(run(true), run(false));
    assert.equal((run(true) as number[])[0], 0);
  });
});

// One instance's trip, refusal, trial, restore and slow start, a pause and a burst, as a story of what was seen when.
function life(startMs: number): unknown[] {
  const rig = new Rig({ preset: 'serving', jitter: 0 }, { startMs, seed: 2 });
  rig.update(instancesOf('abc'));
  const seen: unknown[] = [];
  const look = (): void => {
    seen.push(
      rig.engine
        .inspect(rig.now)
        .instances.map(({ circuit, eligible, nextChangeInMs, evidence, slowness }) => [
          circuit,
          eligible,
          nextChangeInMs,
          evidence.trust,
          evidence.pausedForMs,
          evidence.run,
          slowness,
        ]),
    );
  };
  rig.serve(40, undefined, 10);
  const [one, other] = [rig.mustPick({ exclude: ['b', 'c'] }), rig.mustPick({ exclude: ['b', 'c'] })];
  one.fail('reset', { now: rig.now });
  rig.pass(60);
  other.fail('reset', { now: rig.now });
  look();
  rig.fail('a', 20);
  look();
  rig.engine.recordFailure('b', 'overload', { retryAfterMs: 4000 }, rig.now);
  for (let i = 0; i < 40; i++) {
    rig.pass(500);
    seen.push(rig.pick()?.trial);
    look();
  }
  for (let i = 0; i < 30; i++) {
    const lease = rig.pick();
    rig.pass(100);
    if (i !== 3) lease?.succeed({ now: rig.now });
    look();
  }
  rig.pass(31_000);
  for (let i = 0; i < 30; i++) {
    const lease = rig.pick();
    rig.pass(300);
    lease?.succeed({ now: rig.now });
    look();
  }
  return seen;
}
