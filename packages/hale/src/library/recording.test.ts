// Every outcome is told to whoever records, once, whatever door it came by; and the record is nobody's business but its own.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OutcomeRecord, RecordedOutcome } from '../adapters/record/index.ts';
import { HealthAwareLoadBalancer } from './balancer.ts';
import type { BalancerOptions } from './options.ts';
import { wallTimeOf } from './recording.ts';
import { awkward, named, serve, stage } from './stage-fixture.test.ts';
import type { Stage } from './stage-fixture.test.ts';

type Told = Omit<RecordedOutcome, 'time'>;

function recorded(
  options: BalancerOptions = {},
  instances = 'a',
): Stage & { told(): Told[]; readonly lines: RecordedOutcome[] } {
  const lines: RecordedOutcome[] = [];
  const here = stage({ record: { write: (line) => void lines.push(line) }, ...options }, instances);
  return { ...here, lines, told: () => lines.splice(0).map(({ time: _, ...rest }) => rest) };
}

const of = (outcome: Told['outcome'], rest: Partial<Told> = {}): Told => ({
  service: 'users',
  instance: 'a',
  outcome,
  source: 'traffic',
  ...rest,
});

describe('an outcome is recorded', () => {
  test('of a lease, by its end: with the latency that was told, or the time since the grant', () => {
    const { users, clock, told } = recorded();
    const pickAndWait = (): NonNullable<ReturnType<typeof users.pick>> => {
      const lease = users.pick()!;
      clock.runUntil(clock.now() + 7);
      return lease;
    };
    pickAndWait().succeed({ latencyMs: 3.25 });
    pickAndWait().succeed();
    pickAndWait().fail('timeout');
    pickAndWait().fail('overload', { latencyMs: 2, retryAfterMs: 0 });
    pickAndWait().ignore();
    assert.deepEqual(told(), [
      of('success', { latencyMs: 3.25 }),
      of('success', { latencyMs: 7 }),
      of('failure', { cause: 'timeout', latencyMs: 7 }),
      of('failure', { cause: 'overload', latencyMs: 2 }),
      of('ignored'),
    ]);
  });

  test('of a long answer, with the latency of its head when it went well, and of the whole when it broke', () => {
    const { users, clock, told } = recorded();
    const respond = (latencyMs?: number): NonNullable<ReturnType<typeof users.pick>> => {
      const lease = users.pick()!;
      clock.runUntil(clock.now() + 5);
      lease.responded(latencyMs === undefined ? {} : { latencyMs });
      clock.runUntil(clock.now() + 1000);
      return lease;
    };
    respond(4.5).succeed();
    respond().succeed();
    respond(4.5).succeed({ latencyMs: NaN });
    respond(NaN).succeed();
    respond(4.5).fail('reset');
    assert.deepEqual(
      told().map(({ latencyMs }) => latencyMs),
      [4.5, 5, 4.5, undefined, 1005],
    );
  });

  test('without a latency when whoever settles says that there is none', () => {
    const { users, told } = recorded();
    users.pick()!.succeed({ latencyMs: NaN });
    users.pick()!.succeed({ latencyMs: Infinity });
    assert.deepEqual(told(), [of('success'), of('success')]);
  });

  test('of a record without a lease, and of a report', () => {
    const { balancer, users, told } = recorded();
    balancer.recordSuccess('users', 'a', { latencyMs: 12 });
    balancer.recordError('users', 'a');
    users.recordError('a', { cause: 'reset', latencyMs: 1 });
    users.report('a', { kind: 'failure', cause: 'server-error' });
    users.report('a', { kind: 'success', source: 'traffic' });
    users.report('a', { kind: 'ignored' });
    assert.deepEqual(told(), [
      of('success', { latencyMs: 12 }),
      of('failure', { cause: 'other' }),
      of('failure', { cause: 'reset', latencyMs: 1 }),
      of('failure', { cause: 'server-error', source: 'report' }),
      of('success'),
      of('ignored', { source: 'report' }),
    ]);
  });

  test('of a check, those that ask for patience included', async () => {
    const answers = [true, false, { kind: 'failure', cause: 'overload', retryAfterMs: 0 }] as const;
    let asked = 0;
    const { clock, balancer, told } = recorded({ checkInterval: '1s', check: async () => answers[asked++ % 3]! });
    while (asked < 3) await clock.advance('100ms');
    await balancer.close();
    assert.deepEqual(
      told().map(({ outcome, cause, source }) => [outcome, cause, source]),
      [
        ['success', undefined, 'check'],
        ['failure', 'check', 'check'],
        ['failure', 'overload', 'check'],
      ],
    );
  });

  test('of an open circuit too, whatever the engine makes of it', () => {
    const { balancer, see, told } = recorded();
    for (let i = 0; i < 7; i++) balancer.recordError('users', 'a');
    assert.equal(see('a').circuit, 'open');
    assert.equal(told().length, 7);
  });

  test('of a lease whose instance has left, and of none that is unknown, gone or settled already', () => {
    const { balancer, users, told } = recorded({ maxInstances: 1 });
    const [late, gone] = [users.pick()!, users.pick()!];
    late.succeed();
    late.fail('reset');
    balancer.recordError('users', 'x');
    balancer.recordError('nobody', 'a');
    assert.deepEqual(told(), [of('success', { latencyMs: 0 })]);
    users.update(named('b'));
    gone.succeed();
    assert.deepEqual(told(), [], 'its place belongs to another');
  });

  test('as often as it is counted', () => {
    const here = recorded({ preset: 'serving' }, 'abc');
    serve(here, 200);
    for (let i = 0; i < 20; i++) here.users.pick()?.fail('connect');
    here.users.pick()?.ignore();
    const counted = here.balancer
      .metrics()
      .reduce((sum, one) => sum + (one.name === 'hale_requests_total' && 'value' in one ? one.value : 0), 0);
    assert.equal(here.lines.length, counted);
  });
});

describe('a record', () => {
  test('changes nothing of what the engine decides', () => {
    const [plain, told] = [stage({ preset: 'serving' }, 'abcde'), recorded({ preset: 'serving' }, 'abcde')];
    for (const here of [plain, told]) {
      for (let i = 0; i < 2000; i++) {
        const lease = here.users.pick();
        here.clock.runUntil(here.clock.now() + 1);
        if (i % 9 === 0) lease?.responded();
        if (i % 7 === 0 && lease?.instance.id === 'c') lease.fail('timeout');
        else lease?.succeed({ latencyMs: 1 + (i % 13) });
      }
    }
    assert.deepEqual(plain.users.inspect(), told.users.inspect());
    assert.ok(told.lines.length >= 2000);
  });

  test('that throws or rejects loses no request, and is counted', async () => {
    const broken: OutcomeRecord['write'][] = [
      () => {
        throw new Error('full');
      },
      () => {
        throw awkward;
      },
      () => Promise.reject(new Error('full')) as never,
    ];
    for (const write of broken) {
      const here = stage({ record: { write } }, 'abc');
      assert.equal(serve(here, 50), 50);
      here.balancer.recordError('users', 'a');
      await new Promise((resolve) => setImmediate(resolve));
      const { thrown, last } = here.users.inspect().ignored;
      assert.equal(thrown, 51);
      assert.match(last ?? '', /the record threw/);
    }
  });

  test('may call any door while it is told', () => {
    let left = 3;
    const here: Stage = stage(
      {
        record: {
          write() {
            if (left-- <= 0) return;
            here.users.update(named('bcd'));
            here.users.pick()?.fail('connect');
            here.balancer.recordError('users', 'b');
          },
        },
      },
      'abc',
    );
    const lease = here.users.pick()!;
    lease.succeed();
    assert.equal(here.users.inspect().ignored.thrown, 0);
    assert.equal(
      here.users.inspect().instances.reduce((sum, one) => sum + one.inFlight, 0),
      0,
    );
    assert.equal(serve(here, 20), 20);
  });

  test('is told of what ends after the balancer was closed, for whoever made it closes it', async () => {
    const { balancer, users, told } = recorded();
    const lease = users.pick()!;
    await balancer.close();
    lease.succeed();
    assert.equal(told().length, 1);
  });

  test('of one balancer hears all of its services, by name', () => {
    const lines: RecordedOutcome[] = [];
    const balancer = new HealthAwareLoadBalancer({ record: { write: (line) => void lines.push(line) } });
    for (const name of ['one', 'two']) {
      balancer.service(name).update([{ id: 'a' }]);
      balancer.recordSuccess(name, 'a');
    }
    assert.deepEqual(
      lines.map(({ service }) => service),
      ['one', 'two'],
    );
    const { time } = lines[0]!;
    assert.ok(Math.abs(time - Date.now()) < 60_000, String(time));
  });
});

describe('the time of an outcome', () => {
  test('is the wall clock at the first one, and runs with the clock from there', () => {
    const wallTime = wallTimeOf(true, () => 5000);
    assert.deepEqual([wallTime(100), wallTime(100.25), wallTime(101)], [5000, 5000.25, 5001]);
  });

  test('follows a wall clock that was set, and no trembling of its milliseconds', () => {
    let wall = 5000;
    const wallTime = wallTimeOf(true, () => wall);
    assert.equal(wallTime(0), 5000);
    wall = 6003;
    assert.equal(wallTime(1000), 6000);
    wall = 3_600_000;
    assert.equal(wallTime(1500), 6500, 'it is looked at once a second');
    assert.equal(wallTime(2000), 3_600_000);
  });

  test("runs with a program's own clock, however fast that is", () => {
    let looks = 0;
    const wallTime = wallTimeOf(false, () => (looks++, 5000));
    assert.deepEqual([wallTime(0), wallTime(86_400_000)], [5000, 86_405_000]);
    assert.equal(looks, 1);
  });
});
