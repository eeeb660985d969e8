// maxWait: a run may wait for the first instance to return, but never without bound, neither in time nor in number; and
// first come, first served.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom, virtualClock } from '../core/kernel/index.ts';
import type { Clock, VirtualClock } from '../core/kernel/index.ts';
import { HealthAwareLoadBalancer } from './index.ts';
import type { Service } from './index.ts';
import { named, stage } from './stage-fixture.test.ts';

function outage(options: { maxWait: string; maxInFlight?: number }): { service: Service; clock: VirtualClock } {
  const clock = virtualClock();
  const balancer = new HealthAwareLoadBalancer({
    clock,
    random: seededRandom(1),
    recoveryWindow: '2s',
    maxWait: options.maxWait,
    limits: { maxInFlight: options.maxInFlight ?? 100 },
  });
  const service = balancer.service('users');
  service.update([{ id: 'a' }]);
  for (let i = 0; i < 5; i++) service.recordError('a', { cause: 'connect' });
  return { service, clock };
}

test('a run waits for the first instance to return, and is then its trial', async () => {
  const { service, clock } = outage({ maxWait: '10s' });
  const answer = service.run((instance) => instance.id);
  await clock.advance('3s');
  assert.equal(await answer, 'a');
});

test('a run that has waited for maxWait fails, saying of each instance why', async () => {
  const { service, clock } = outage({ maxWait: '1s' });
  const answer = assert.rejects(
    service.run(() => 'never'),
    (error: { code: string; reasons: { reason: string }[] }) =>
      error.code === 'HALE_NO_INSTANCE' && error.reasons[0].reason.includes('circuit open'),
  );
  await clock.advance('2s');
  await answer;
});

test('no more runs wait than may be in flight: the rest fail at once', async () => {
  const { service, clock } = outage({ maxWait: '10s', maxInFlight: 2 });
  const failed: string[] = [];
  const runs = Array.from({ length: 5 }, () =>
    service.run(() => 'done').catch((error: { code: string }) => failed.push(error.code)),
  );
  await clock.advance('1ms');
  assert.deepEqual(failed, ['HALE_NO_INSTANCE', 'HALE_NO_INSTANCE', 'HALE_NO_INSTANCE']);
  await clock.advance('20s');
  await Promise.all(runs);
  assert.equal(failed.length, 3);
});

/** A call that ends when it is told to, and notes that it began. */
function held(began: number[], number: number): { call: () => Promise<number>; end: () => void } {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  return {
    end: () => end(),
    call: async () => {
      began.push(number);
      await ended;
      return number;
    },
  };
}

describe('those who wait', () => {
  test('are served in the order in which they came, each when a run ends, and nobody comes before them', async () => {
    const { users, clock } = stage({ maxWait: '10s', limits: { maxInFlightPerInstance: 1 } }, 'a');
    const began: number[] = [];
    const calls = Array.from({ length: 6 }, (_, number) => held(began, number));
    const runs = calls.slice(0, 5).map(({ call }) => users.run(call));
    await clock.advance(0);
    assert.deepEqual(began, [0]);
    for (let number = 0; number < 5; number++) {
      calls[number].end();
      // It comes just when a place is free, and others wait for that.
      if (number === 1) runs.push(users.run(calls[5].call));
      await clock.advance(0);
      assert.equal(began.at(-1), number + 1);
    }
    calls[5].end();
    assert.deepEqual(await Promise.all(runs), [0, 1, 2, 3, 4, 5]);
    assert.equal(clock.pending, 0);
    assert.equal(users.isAwaited, false);
  });

  test('share one timer, however many they are, and look twenty times a second when nothing is known to end', async () => {
    const clock = virtualClock(1_000_000);
    let scheduled = 0;
    const counted: Clock = {
      now: () => clock.now(),
      schedule: (ms, run) => {
        scheduled++;
        return clock.schedule(ms, run);
      },
    };
    const picks = { asked: 0 };
    const here = stage({ clock: counted, maxWait: '10s', jitter: 0 }, named('abcdefgh'));
    for (const { id } of here.users.inspect().instances) here.users.override(id, { circuit: 'open' });
    const pick = here.users.pick.bind(here.users);
    here.users.pick = (options) => {
      picks.asked++;
      return pick(options);
    };
    const runs = Promise.allSettled(Array.from({ length: 500 }, () => here.users.run(() => 1)));
    await clock.advance('5s');
    assert.ok(scheduled <= 101, `${scheduled} naps`);
    assert.ok(picks.asked <= 110, `${picks.asked} picks`);
    assert.equal(clock.pending, 1);
    await clock.advance('6s');
    assert.ok((await runs).every(({ status }) => status === 'rejected'));
    assert.equal(clock.pending, 0);
  });

  test('are woken by what has happened, not by time: a join, an override, a restore', async () => {
    const here = stage({ maxWait: '10s' });
    const joined = here.users.run((instance) => instance.id);
    here.users.update(named('a'));
    assert.equal(await joined, 'a');
    here.users.override('a', { mode: 'drain' });
    const readied = here.users.run((instance) => instance.id);
    here.users.override('a', { mode: 'ready' });
    assert.equal(await readied, 'a');
    here.users.override('a', { circuit: 'open' });
    const closed = here.users.run((instance) => instance.id);
    here.users.override('a', { circuit: 'closed' });
    assert.equal(await closed, 'a');
    assert.equal(here.clock.pending, 0);
  });

  test('are served past one whose own wish cannot be met', async () => {
    const here = stage({ maxWait: '10s', limits: { maxInFlightPerInstance: 4 } }, 'a');
    const leases = Array.from({ length: 4 }, () => here.users.pick()!);
    const order: string[] = [];
    const dear = here.users.run(() => order.push('dear'), { cost: 4 });
    const plain = here.users.run(() => order.push('plain'));
    leases[0].succeed();
    await here.clock.advance(60);
    assert.deepEqual(order, ['plain']);
    for (const lease of leases.slice(1)) lease.succeed();
    await here.clock.advance(60);
    assert.deepEqual(order, ['plain', 'dear']);
    await Promise.all([dear, plain]);
  });

  test('leave at once when their signal fires, and the next is served', async () => {
    const here = stage({ maxWait: '10s', limits: { maxInFlightPerInstance: 1 } }, 'a');
    const lease = here.users.pick()!;
    const controller = new AbortController();
    const reason = new Error('gone');
    const gone = assert.rejects(
      here.users.run(() => 'gone', { signal: controller.signal }),
      reason,
    );
    const next = here.users.run(() => 'next');
    controller.abort(reason);
    await gone;
    lease.succeed();
    await here.clock.advance(60);
    assert.equal(await next, 'next');
  });

  test('give the lease back when the very pick moves their caller to leave', async () => {
    const here = stage({ maxWait: '60s', jitter: 0, recoveryWindow: '2s' }, 'a');
    for (let i = 0; i < 5; i++) here.users.recordError('a', { cause: 'connect' });
    const controller = new AbortController();
    here.balancer.onFact((fact) => fact.type === 'tried' && controller.abort(new Error('seen')));
    const gone = assert.rejects(
      here.users.run(() => 'never', { signal: controller.signal }),
      /seen/,
    );
    await here.clock.advance('3s');
    await gone;
    assert.equal(here.see('a').inFlight, 0);
    assert.equal(await here.users.run(() => 'the next trial'), 'the next trial');
  });

  test('are told when the balancer is closed, and nobody waits afterwards', async () => {
    const here = stage({ maxWait: '10s' });
    const waiting = [1, 2].map(() =>
      assert.rejects(
        here.users.run(() => 1),
        { code: 'HALE_CLOSED' },
      ),
    );
    await here.balancer.close();
    await Promise.all(waiting);
    await assert.rejects(
      here.users.run(() => 1),
      { code: 'HALE_NO_INSTANCE' },
    );
    assert.equal(here.clock.pending, 0);
  });

  test('are told of a clock that throws or calls back at once, and are not left behind', async () => {
    const throwing = (): never => {
      throw new Error('no timers');
    };
    const broken = stage({ clock: { now: () => 5, schedule: throwing }, maxWait: '10s' });
    for (let i = 0; i < 2; i++)
      await assert.rejects(
        broken.users.run(() => 1),
        /no timers/,
      );
    const atOnce = (_: number, run: () => void): (() => void) => {
      run();
      return () => {};
    };
    const hasty = stage({ clock: { now: () => 5, schedule: atOnce }, maxWait: '1s' });
    for (let i = 0; i < 2; i++)
      await assert.rejects(
        hasty.users.run(() => 1),
        { code: 'HALE_NO_INSTANCE' },
      );
    assert.equal(hasty.users.isAwaited, false);
  });

  test('hear of their own time: who comes in the midst of a nap waits no shorter for it', async () => {
    const here = stage({ maxWait: '60ms' });
    const ends: number[] = [];
    const run = (): void => void here.users.run(() => 1).catch(() => ends.push(here.clock.now() - 1_000_000));
    run();
    await here.clock.advance(30);
    run();
    await here.clock.advance(200);
    assert.deepEqual(ends, [60, 90]);
  });
});
