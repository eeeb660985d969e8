// What a check, a clock or a stop in the wrong moment may do to the runner.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Check } from '../../core/checking/index.ts';
import type { Clock, VirtualClock } from '../../core/kernel/index.ts';
import { virtualClock } from '../../core/kernel/index.ts';
import { Rows, start } from './runner-fixture.test.ts';

const never: Check = () => new Promise(() => {});

test('a check that throws or rejects is a failed check, and is counted', async () => {
  for (const check of [
    () => {
      throw new Error('boom');
    },
    () => Promise.reject(new Error('boom')),
  ] as Check[]) {
    const clock = virtualClock();
    const service = new Rows(1);
    const runner = start(service, check, clock);
    await clock.advance(10_001);
    assert.equal(service.reports[0].outcome.kind === 'failure' && service.reports[0].outcome.cause, 'check');
    assert.equal(service.reports[0].reason, 'the check threw boom');
    assert.equal(runner.counts.threw, 1);
    assert.equal(runner.counts.failed, 1);
    await runner.stop();
  }
});

test('a slow check is aborted at its time-out and fails', async () => {
  const clock = virtualClock();
  const service = new Rows(1);
  let reason: unknown;
  const check: Check = (_, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject((reason = signal.reason))));
  const runner = start(service, check, clock);
  await clock.advance(11_001);
  assert.deepEqual(service.reports[0].outcome, { kind: 'failure', cause: 'timeout', latencyMs: 1000, source: 'check' });
  assert.equal((reason as { code?: string }).code, 'HALE_TIMEOUT');
  assert.equal(runner.unsettled, 0);
  assert.deepEqual([runner.counts.timedOut, runner.counts.late, runner.counts.threw], [1, 0, 0]);
  await runner.stop();
});

test('an answer after the time-out is dropped', async () => {
  const clock = virtualClock();
  const service = new Rows(1);
  const runner = start(service, () => new Promise((resolve) => void clock.schedule(1500, () => resolve(true))), clock);
  await clock.advance(12_000);
  assert.equal(service.reports.length, 1);
  assert.equal(service.reports[0].outcome.kind, 'failure');
  assert.equal(runner.counts.late, 1);
  assert.equal(runner.unsettled, 0);
  await runner.stop();
});

test('a check that never settles fails its instance at each turn, is never overlapped, and the others go on', async () => {
  const clock = virtualClock();
  const service = new Rows(20, { check: { concurrency: 2 } });
  let calls = 0;
  const runner = start(service, (instance) => (instance.id === 'i3' ? (calls++, new Promise(() => {})) : true), clock);
  await clock.advance(60_000);
  assert.equal(calls, 1);
  const failures = service.reports.filter(({ id }) => id === 'i3');
  assert.ok(
    failures.length >= 4 && failures.every(({ outcome }) => outcome.kind === 'failure' && outcome.cause === 'timeout'),
  );
  for (const id of service.ids()) assert.ok(service.reports.filter((report) => report.id === id).length >= 4, id);
  assert.equal(runner.unsettled, 1);
  await runner.stop();
});

test('when no check ever settles, no more than the bound are ever begun, and those never asked are not blamed', async () => {
  const clock = virtualClock();
  const service = new Rows(1000, { check: { concurrency: 16 } });
  let calls = 0;
  const runner = start(service, () => (calls++, new Promise(() => {})), clock);
  await clock.advance('5m');
  assert.equal(calls, 16);
  assert.equal(runner.unsettled, 16);
  assert.equal(
    new Set(service.reports.filter(({ outcome }) => outcome.kind === 'failure').map(({ id }) => id)).size,
    16,
  );
  assert.ok(runner.counts.ignored > 984);
  await runner.stop();
});

test('an instance whose checks take longer than the interval has one at a time', async () => {
  const clock = virtualClock();
  const service = new Rows(1, { checkInterval: '50ms' });
  const slow = slowCheck(clock, 400);
  const runner = start(service, slow.check, clock);
  await clock.advance(5000);
  assert.equal(slow.most, 1);
  assert.ok(service.reports.length >= 11);
  await runner.stop();
});

test('with a thousand due at once, no more than the bound are under way and everyone has a turn', async () => {
  const clock = virtualClock();
  const service = new Rows(1000, { check: { concurrency: 10 } });
  const slow = slowCheck(clock, 5);
  const runner = start(service, slow.check, clock);
  const all = runner.checkNow();
  await clock.advance(600);
  await all;
  assert.equal(slow.most, 10);
  assert.equal(new Set(service.reports.map(({ id }) => id)).size, 1000);
  await runner.stop();
});

test('a check that hangs at a former address is not held against the new one', async () => {
  const clock = virtualClock();
  const service = new Rows(1);
  const runner = start(service, never, clock);
  await clock.advance(11_001);
  assert.equal(service.reports.length, 1);
  service.add('i0', { instance: { id: 'i0', host: '127.0.0.2', port: 1 } });
  await clock.advance(60_000);
  assert.equal(service.reports.filter(({ outcome }) => outcome.kind === 'failure').length, 1);
  await runner.stop();
});

test('stop aborts what is under way, reports nothing more and leaves no timer', async () => {
  const clock = virtualClock();
  const service = new Rows(10);
  const reasons: unknown[] = [];
  const check: Check = (_, { signal }) =>
    new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => (reasons.push(signal.reason), reject(signal.reason))),
    );
  const runner = start(service, check, clock);
  const asked = assert.rejects(runner.checkNow(), { code: 'HALE_CLOSED' });
  await clock.advance(1);
  await runner.stop();
  await asked;
  assert.equal(reasons.length, 10);
  assert.equal((reasons[0] as { code?: string }).code, 'HALE_CLOSED');
  assert.equal(clock.pending, 0);
  await clock.advance('10m');
  assert.deepEqual([service.reports.length, runner.unsettled, clock.pending], [0, 0, 0]);
  await assert.rejects(runner.checkNow(), { code: 'HALE_CLOSED' });
});

test('stop resolves although a check ignores its signal, and a new start does not overlap it', async () => {
  const clock = virtualClock();
  const service = new Rows(1);
  let calls = 0;
  const runner = start(service, () => (calls++, new Promise(() => {})), clock);
  await clock.advance(10_001);
  await runner.stop();
  await runner.stop();
  runner.start();
  runner.start();
  await clock.advance(60_000);
  assert.equal(calls, 1);
  await runner.stop();
});

test('a check may stop the runner, and a report may throw: nothing escapes', async () => {
  const clock = virtualClock();
  const service = new Rows(5);
  const runner = start(service, () => (void runner.stop(), true), clock);
  await clock.advance(60_000);
  assert.equal(service.reports.length, 0);
  const second = start(service, () => true, clock);
  service.onReport = () => {
    throw new Error('a listener');
  };
  await clock.advance(25_000);
  assert.ok(second.counts.threw >= 5);
  assert.equal(second.counts.passed, second.counts.threw);
  await second.stop();
});

test('only the timer behind checkNow keeps the process alive', async () => {
  const inner = virtualClock();
  let foreground = 0;
  const clock: Clock = {
    now: () => inner.now(),
    schedule(delayMs, run, options) {
      const cancel = inner.schedule(delayMs, run);
      if (options?.background) return cancel;
      foreground++;
      return () => (foreground--, cancel());
    },
  };
  const runner = start(new Rows(3), () => true, clock);
  await inner.advance(30_000);
  assert.equal(foreground, 0);
  const asked = runner.checkNow();
  assert.equal(foreground, 1);
  await inner.advance(1);
  await asked;
  assert.equal(foreground, 0);
  await runner.stop();
});

test('a clock that stands still, leaps or says nonsense stops nothing for good', async () => {
  const inner = virtualClock();
  let read = (): number => inner.now();
  const clock: Clock = { now: () => read(), schedule: (delayMs, run) => inner.schedule(delayMs, run) };
  const service = new Rows(5, { jitter: 0 });
  const runner = start(service, () => true, clock);
  const checksIn = async (ms: number): Promise<number> => {
    const before = service.reports.length;
    await inner.advance(ms);
    return service.reports.length - before;
  };
  assert.ok((await checksIn(30_000)) >= 10);
  read = () => 1e15 + inner.now();
  assert.ok((await checksIn(30_000)) >= 10);
  read = () => inner.now();
  assert.ok((await checksIn(30_000)) >= 10);
  for (const stuck of [Number.NaN, 42]) {
    read = () => stuck;
    await checksIn(30_000);
    read = () => inner.now();
    assert.ok((await checksIn(30_000)) >= 10);
  }
  for (const { outcome } of service.reports) assert.ok(outcome.kind === 'success' && !(outcome.latencyMs! < 0));
  await runner.stop();
});

/** A check that takes `ms` and passes. `most`: how many of it were under way at once. */
function slowCheck(clock: VirtualClock, ms: number): { readonly check: Check; most: number } {
  let underWay = 0;
  const slow = {
    most: 0,
    check: (): Promise<boolean> =>
      new Promise((resolve) => {
        slow.most = Math.max(slow.most, ++underWay);
        clock.schedule(ms, () => (underWay--, resolve(true)));
      }),
  };
  return slow;
}
