import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Check } from '../../core/checking/index.ts';
import type { Clock, VirtualClock } from '../../core/kernel/index.ts';
import { seededRandom, virtualClock } from '../../core/kernel/index.ts';
import type { Circuit, Fact, Mode, Outcome, ServiceInstance, Settings } from '../../core/model/index.ts';
import { resolveSettings } from '../../core/model/index.ts';
import type { CheckedService } from './checked-service.ts';
import { CheckRunner } from './runner.ts';

interface Row {
  instance: ServiceInstance;
  circuit: Circuit;
  mode: Mode;
  msSinceGoodTraffic: number;
}

/** A service whose rows a test sets at will, and which keeps what was reported. */
class Rows implements CheckedService {
  settings: Settings;
  readonly rows = new Map<string, Row>();
  readonly reports: { id: string; outcome: Outcome; reason: string | undefined }[] = [];
  onReport: (id: string) => void = () => {};

  constructor(count: number, options: Readonly<Record<string, unknown>> = {}) {
    this.settings = resolveSettings({ checkInterval: 10_000, ...options }, []);
    for (let i = 0; i < count; i++) this.add(`i${i}`);
  }

  add(id: string, row: Partial<Row> = {}): void {
    this.rows.set(id, {
      instance: { id, host: '127.0.0.1', port: 1 },
      circuit: 'closed',
      mode: 'ready',
      msSinceGoodTraffic: Infinity,
      ...row,
    });
  }

  ids(): Iterable<string> {
    return this.rows.keys();
  }

  get(id: string): Row | undefined {
    return this.rows.get(id);
  }

  report(id: string, outcome: Outcome, reason?: string): void {
    this.reports.push({ id, outcome, reason });
    this.onReport(id);
  }
}

function start(service: Rows, check: Check, clock: Clock = virtualClock()): CheckRunner {
  const runner = new CheckRunner(service, { check, clock, random: seededRandom(7) });
  runner.start();
  return runner;
}

/** A check that is always good and keeps when it was called. */
function recording(clock: VirtualClock): { check: Check; times: number[] } {
  const times: number[] = [];
  return {
    times,
    check: () => {
      times.push(clock.now());
      return true;
    },
  };
}

const never: Check = () => new Promise(() => {});

test('every instance is checked within the first interval, and again within the jittered next', async () => {
  const clock = virtualClock();
  const service = new Rows(50);
  const seen = new Map<string, number[]>();
  const runner = start(service, ({ id }) => (seen.set(id, [...(seen.get(id) ?? []), clock.now()]), true), clock);
  await clock.advance(10_001);
  assert.equal(seen.size, 50);
  const firsts = [...seen.values()].map((times) => times[0]);
  assert.ok(Math.max(...firsts) - Math.min(...firsts) > 8000, 'spread over the interval');
  await clock.advance(60_000);
  for (const times of seen.values()) {
    for (let i = 1; i < times.length; i++) {
      const gap = times[i] - times[i - 1];
      assert.ok(gap >= 9999 && gap <= 12_002, `a gap of ${gap}`);
    }
  }
  await runner.stop();
});

test('an answer is reported as an outcome whose source is the check, with its latency', async () => {
  const clock = virtualClock();
  const service = new Rows(1);
  const runner = start(service, () => new Promise((resolve) => void clock.schedule(25, () => resolve(true))), clock);
  await clock.advance(10_100);
  assert.deepEqual(service.reports[0], {
    id: 'i0',
    outcome: { kind: 'success', latencyMs: 25, source: 'check' },
    reason: undefined,
  });
  await runner.stop();
});

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
  let underWay = 0;
  let most = 0;
  const runner = start(
    service,
    () =>
      new Promise((resolve) => {
        most = Math.max(most, ++underWay);
        clock.schedule(400, () => (underWay--, resolve(true)));
      }),
    clock,
  );
  await clock.advance(5000);
  assert.equal(most, 1);
  assert.ok(service.reports.length >= 11);
  await runner.stop();
});

test('with a thousand due at once, no more than the bound are under way and everyone has a turn', async () => {
  const clock = virtualClock();
  const service = new Rows(1000, { check: { concurrency: 10 } });
  let underWay = 0;
  let most = 0;
  const runner = start(
    service,
    () =>
      new Promise((resolve) => {
        most = Math.max(most, ++underWay);
        clock.schedule(5, () => (underWay--, resolve(true)));
      }),
    clock,
  );
  const all = runner.checkNow();
  await clock.advance(600);
  await all;
  assert.equal(most, 10);
  assert.equal(new Set(service.reports.map(({ id }) => id)).size, 1000);
  await runner.stop();
});

test('an instance that trips is checked after 1 s, 2 s, 4 s ... up to the interval', async () => {
  const clock = virtualClock();
  const service = new Rows(1, { jitter: 0 });
  const { check, times } = recording(clock);
  const runner = start(service, (...args) => (check(...args), false), clock);
  await clock.advance(5000);
  times.length = 0;
  const at = clock.now();
  service.rows.get('i0')!.circuit = 'open';
  runner.onFact({ type: 'tripped', instance: 'i0', enforced: true } as Fact);
  await clock.advance(60_000);
  assert.deepEqual(
    times.slice(0, 6).map((time) => Math.round(time - at)),
    [1000, 3000, 7000, 15_000, 25_000, 35_000],
  );
  await runner.stop();
});

test('a failed check that trips the circuit is followed by the next after a second', async () => {
  const clock = virtualClock();
  const service = new Rows(1, { jitter: 0 });
  const { check, times } = recording(clock);
  const runner = start(service, (...args) => (check(...args), false), clock);
  service.onReport = () => {
    service.rows.get('i0')!.circuit = 'open';
  };
  await clock.advance(20_000);
  assert.deepEqual([times[1] - times[0], times[2] - times[1]].map(Math.round), [1000, 2000]);
  await runner.stop();
});

test('a passed check after failed ones is confirmed a second later', async () => {
  const clock = virtualClock();
  const service = new Rows(1, { jitter: 0 });
  service.rows.get('i0')!.circuit = 'open';
  const times: number[] = [];
  const runner = start(service, () => times.push(clock.now()) >= 6, clock);
  await clock.advance(60_000);
  assert.equal(Math.round(times[5] - times[4]), 10_000);
  assert.equal(Math.round(times[6] - times[5]), 1000);
  await runner.stop();
});

test('a rule that only observes hastens nothing', async () => {
  const clock = virtualClock();
  const service = new Rows(1, { jitter: 0 });
  const { check, times } = recording(clock);
  const runner = start(service, check, clock);
  await clock.advance(5000);
  assert.equal(times.length, 1);
  runner.onFact({ type: 'tripped', instance: 'i0', enforced: false } as Fact);
  await clock.advance(5000);
  assert.equal(times.length, 1);
  await runner.stop();
});

test('good traffic makes checks four times as rare; silence brings them back within an interval', async () => {
  const clock = virtualClock();
  const service = new Rows(1, { jitter: 0 });
  const { check, times } = recording(clock);
  const runner = start(service, check, clock);
  service.rows.get('i0')!.msSinceGoodTraffic = 0;
  await clock.advance(130_000);
  assert.deepEqual(
    times.slice(1).map((time, i) => Math.round(time - times[i])),
    [40_000, 40_000, 40_000],
  );
  const quietFrom = clock.now();
  Object.defineProperty(service.rows.get('i0'), 'msSinceGoodTraffic', { get: () => clock.now() - quietFrom });
  times.length = 0;
  await clock.advance(20_001);
  assert.ok(times.length >= 1 && times[0] - quietFrom <= 20_000);
  await runner.stop();
});

test('with `when: out` only instances whose circuit is not closed are checked, also one that nobody announced', async () => {
  const clock = virtualClock();
  const service = new Rows(3, { check: { when: 'out' } });
  service.rows.get('i1')!.circuit = 'half-open';
  const runner = start(service, () => true, clock);
  await clock.advance(30_000);
  assert.deepEqual(new Set(service.reports.map(({ id }) => id)), new Set(['i1']));
  service.rows.get('i2')!.circuit = 'open';
  await clock.advance(13_000);
  assert.deepEqual(new Set(service.reports.map(({ id }) => id)), new Set(['i1', 'i2']));
  await runner.stop();
});

test('maintenance ends checks, drops the answer of one under way, and their return is prompt', async () => {
  const clock = virtualClock();
  const service = new Rows(1);
  const runner = start(service, () => new Promise((resolve) => void clock.schedule(500, () => resolve(false))), clock);
  const row = service.rows.get('i0')!;
  const now = runner.checkNow('i0');
  await clock.advance(100);
  row.mode = 'maintenance';
  await clock.advance(100_000);
  await now;
  assert.equal(service.reports.length, 0);
  assert.equal(runner.counts.ignored, 1);
  row.mode = 'ready';
  runner.onFact({ type: 'overridden', instance: 'i0' } as Fact);
  await clock.advance(1701);
  assert.equal(service.reports.length, 1);
  await runner.stop();
});

test('instances may join and leave at any time; the answer for one that left or moved is dropped', async () => {
  const clock = virtualClock();
  const service = new Rows(2);
  const runner = start(service, () => new Promise((resolve) => void clock.schedule(500, () => resolve(true))), clock);
  const both = runner.checkNow();
  await clock.advance(100);
  service.rows.delete('i0');
  runner.onFact({ type: 'parked', instance: 'i0' } as Fact);
  service.add('i1', { instance: { id: 'i1', host: '127.0.0.2', port: 1 } });
  service.add('i2');
  runner.onFact({ type: 'joined', instance: 'i2' } as Fact);
  await clock.advance(400);
  await both;
  assert.equal(service.reports.length, 0);
  await clock.advance(13_000);
  assert.deepEqual(new Set(service.reports.map(({ id }) => id)), new Set(['i1', 'i2']));
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

test('refresh takes in everyone who is new and leaves the others their times', async () => {
  const clock = virtualClock();
  const service = new Rows(1);
  const { check, times } = recording(clock);
  const runner = start(service, check, clock);
  await clock.advance(10_001);
  for (let i = 0; i < 9; i++) {
    runner.refresh();
    await clock.advance(900);
  }
  assert.equal(times.length, 2);
  assert.ok(times[1] - times[0] >= 9999);
  service.add('i1');
  runner.refresh();
  await clock.advance(10_001);
  assert.ok(service.reports.some(({ id }) => id === 'i1'));
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

test('checkNow checks what traffic vouches for and what is not out, once for all who ask', async () => {
  const clock = virtualClock();
  const service = new Rows(3, { check: { when: 'out' } });
  for (const row of service.rows.values()) row.msSinceGoodTraffic = 0;
  const runner = start(service, () => true, clock);
  const asked = Promise.all([runner.checkNow(), runner.checkNow('i1'), runner.checkNow('nobody')]);
  await clock.advance(1);
  await asked;
  assert.deepEqual(service.reports.map(({ id }) => id).sort(), ['i0', 'i1', 'i2']);
  await runner.stop();
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

test('a changed knob takes effect with the next check', async () => {
  const clock = virtualClock();
  const service = new Rows(1);
  const runner = start(service, () => true, clock);
  await clock.advance(10_001);
  service.settings = resolveSettings({ checkInterval: '1s' }, []);
  await clock.advance(12_000);
  const before = service.reports.length;
  await clock.advance(12_000);
  assert.ok(service.reports.length - before >= 9);
  await runner.stop();
});

test('ten thousand instances are all checked, on time', async () => {
  const clock = virtualClock();
  const service = new Rows(10_000);
  const runner = start(service, () => true, clock);
  for (let second = 0; second < 12; second++) (clock.runUntil(clock.now()), await clock.advance(1000));
  assert.equal(new Set(service.reports.map(({ id }) => id)).size, 10_000);
  await runner.stop();
});
