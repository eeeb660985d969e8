import assert from 'node:assert/strict';
import { test } from 'node:test';
import { virtualClock } from '../../core/kernel/index.ts';
import type { Fact } from '../../core/model/index.ts';
import { resolveSettings } from '../../core/model/index.ts';
import { Rows, recording, start } from './runner-fixture.test.ts';

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
  await clock.advance(10_100);
  assert.equal(new Set(service.reports.map(({ id }) => id)).size, 10_000);
  await runner.stop();
});
