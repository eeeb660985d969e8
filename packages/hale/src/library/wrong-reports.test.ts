// What reports, on the path of a request, against what nobody should hand in: it never throws; it is counted, or it is as if
// not said.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HaleError } from '../core/model/index.ts';
import { NONSENSE, awkward, named, stage, word } from './stage-fixture.test.ts';

/** Calls with a value of whatever type. */
const loose = <T>(value: unknown): T => value as T;

describe('what reports never throws', () => {
  test('pick takes options of any kind', () => {
    const { users } = stage({ strategy: 'ring-hash' }, 'ab');
    for (const value of NONSENSE) {
      users.pick(loose(value))?.ignore();
      for (const key of ['key', 'exclude', 'cost', 'replayable', 'now']) users.pick(loose({ [key]: value }))?.ignore();
      users.pick(loose({ exclude: [value] }))?.ignore();
    }
    assert.equal(
      users.inspect().instances.reduce((sum, { inFlight }) => sum + inFlight, 0),
      0,
    );
    assert.notEqual(users.pick(), undefined);
  });

  test('a cost that is no whole number from 1 to 1000 is made one', () => {
    const { users } = stage({}, 'a');
    const costs: [unknown, number][] = [
      [undefined, 1],
      [0, 1],
      [-5, 1],
      [NaN, 1],
      ['7', 1],
      [2.9, 2],
      [1000, 1000],
      [1001, 1000],
      [Infinity, 1000],
      [5n, 1],
    ];
    for (const [given, taken] of costs) {
      const lease = users.pick(loose({ cost: given }));
      assert.equal(users.inspect().instances[0].inFlight, taken, word(given));
      lease!.ignore();
    }
  });

  test('ids to exclude may come in any iterable, or one by itself', () => {
    const { users } = stage({}, [{ id: 'i0' }, { id: 'i1' }]);
    const lists: (() => Iterable<string>)[] = [
      () => ['i0'],
      () => new Set(['i0']),
      () => new Map([['i0', 1]]).keys(),
      () => 'i0',
      function* () {
        yield 'unknown';
        yield 'i0';
      },
    ];
    for (const list of lists)
      for (let i = 0; i < 20; i++) {
        const lease = users.pick({ exclude: list() })!;
        assert.equal(lease.instance.id, 'i1');
        lease.ignore();
      }
  });

  test('an iterable that throws excludes what it gave before, and is counted', () => {
    const { users } = stage({}, 'ab');
    const exclude = function* (): Generator<string> {
      yield 'a';
      throw awkward;
    };
    for (let i = 0; i < 20; i++) assert.equal(users.pick({ exclude: exclude() })!.instance.id, 'b');
    const { thrown, last } = users.inspect().ignored;
    assert.equal(thrown, 20);
    assert.match(last ?? '', /^exclude threw/);
  });

  test('of an iterable without end 64 ids are looked at, and it is closed', () => {
    const { users } = stage({}, 'ab');
    let looks = 0;
    let isClosed = false;
    const endless = function* (): Generator<string> {
      try {
        for (;;) yield `unknown ${looks++}`;
      } finally {
        isClosed = true;
      }
    };
    assert.notEqual(users.pick({ exclude: endless() }), undefined);
    assert.ok(looks <= 64 && isClosed, `${looks} looks`);
  });

  test('at most 64 excluded ids are looked at', () => {
    const { users } = stage({}, 'ab');
    let looks = 0;
    const exclude = new Proxy([] as string[], { get: (_, key) => (key === 'length' ? 1e9 : (looks++, 'unknown')) });
    assert.notEqual(users.pick({ exclude }), undefined);
    assert.ok(looks <= 64, `${looks} looks`);
  });

  test('a lease is settled whatever it is told', () => {
    const { users, clock } = stage({ strategy: 'peak-ewma', runFactor: 50, circuitBreakThreshold: 200 }, 'ab');
    for (const value of NONSENSE) {
      for (const end of ['responded', 'succeed', 'fail', 'ignore'] as const) {
        for (const options of [value, { latencyMs: value }, { now: value }, { retryAfterMs: value }]) {
          const lease = users.pick()!;
          if (end === 'fail') lease.fail('timeout', loose(options));
          else lease[end](loose(options));
          if (end === 'responded') lease.fail(loose(value));
          lease.ignore();
        }
      }
      users.pick()!.fail('overload', loose({ retryAfterMs: value }));
      const { instances } = users.inspect();
      for (const one of instances) {
        assert.equal(one.inFlight, 0);
        assert.ok(
          one.score >= 0 && one.score <= 1 && one.slowness > 0 && Number.isFinite(one.slowness),
          `${word(value)}: ${JSON.stringify(one)}`,
        );
        // A wish beyond every bound is cut to maxRetryAfter and its jitter.
        assert.ok((one.evidence.pausedForMs ?? 0) <= 360_000);
      }
      clock.runUntil(clock.now() + 400_000);
    }
  });

  test('a time that is no number is no time: the clock is read instead', () => {
    const { users, clock } = stage({}, 'a');
    for (const value of NONSENSE) {
      if (typeof value === 'number' && Number.isFinite(value)) continue;
      users.recordError('a', loose({ now: value }));
      users.recordSuccess('a', loose({ now: value }));
    }
    assert.equal(users.now(), clock.now());
    assert.ok(users.inspect().instances[0].evidence.all > 0);
  });

  test('records of nobody are counted, with the last case in words', () => {
    const { balancer, users } = stage({}, 'a');
    for (const value of NONSENSE) {
      balancer.recordSuccess('users', loose(value));
      balancer.recordError('users', loose(value), loose(value));
      balancer.recordError(loose(value), 'a');
      users.report(loose(value), { kind: 'success', source: 'check' });
    }
    balancer.recordError('users', '__proto__');
    const { ignored } = users.inspect();
    assert.equal(ignored.unknown, 3 * NONSENSE.length + 1);
    assert.match(ignored.last ?? '', /__proto__/);
    assert.equal(users.inspect().instances[0].evidence.all, 0);
  });

  test('record options of any kind are heard as far as they make sense', () => {
    const { balancer, users } = stage({ runFactor: 50, circuitBreakThreshold: 200 }, 'ab');
    for (const value of NONSENSE) {
      for (const options of [value, { latencyMs: value }, { startedAt: value }, { now: value }, { cause: value }]) {
        balancer.recordSuccess('users', 'a', loose(options));
        balancer.recordError('users', 'a', loose(options));
      }
      balancer.recordError('users', 'b', loose({ cause: 'overload', retryAfterMs: value }));
    }
    const [a] = users.inspect().instances;
    assert.ok(Number.isFinite(a.score) && Number.isFinite(a.evidence.all) && Number.isFinite(a.slowness));
  });

  test('a report that is no outcome is counted and says nothing', () => {
    const { users, see } = stage({}, 'a');
    const outcomes = [...NONSENSE, undefined, { kind: 'nonsense' }, { kind: 'failure?' }, { kind: Symbol('kind') }];
    for (const value of outcomes) users.report('a', loose(value));
    assert.equal(see('a').evidence.all, 0);
    const { thrown, last } = users.inspect().ignored;
    assert.equal(thrown, outcomes.length);
    assert.match(last ?? '', /no outcome/);
  });

  test('explain answers for ids of any kind', () => {
    const { users } = stage({}, 'a');
    for (const value of NONSENSE) assert.equal(users.explain(loose(value)).length, 1);
    assert.match(users.explain('nobody')[0], /not an instance/);
    assert.ok(users.explain().length > 0);
  });

  test('metrics, facts and inspect need nobody', () => {
    const { balancer } = stage();
    assert.ok(balancer.metrics().length > 0);
    assert.deepEqual(balancer.service('users').inspect().instances, []);
    assert.deepEqual(balancer.facts(), []);
  });

  test('after close a new service is refused, and those that exist go on', async () => {
    const { balancer, users } = stage({}, 'a');
    await balancer.close();
    await balancer.close();
    assert.throws(
      () => balancer.service('late'),
      (error) => error instanceof HaleError && error.code === 'HALE_CLOSED',
    );
    await assert.rejects(balancer.selectInstance('late', named('a')), { code: 'HALE_CLOSED' });
    users.pick()!.succeed();
    assert.equal(users.inspect().instances[0].inFlight, 0);
  });
});
