import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { virtualClock } from './virtual-clock.ts';

test('time stands still until it is moved', () => {
  const clock = virtualClock(5);
  assert.equal(clock.now(), 5);
  clock.runUntil(12.5);
  assert.equal(clock.now(), 12.5);
  clock.runUntil(3);
  clock.runUntil(NaN);
  assert.equal(clock.now(), 12.5, 'it never goes back, nor to nowhere');
});

test('timers run in the order of their times, and of their making when the times are equal', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 100 }), (delays) => {
      const clock = virtualClock();
      const ran: [number, number][] = [];
      delays.forEach((delay, order) => clock.schedule(delay, () => ran.push([clock.now(), order])));
      clock.runUntil(100);
      const expected = delays
        .map((delay, order): [number, number] => [delay, order])
        .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      assert.deepEqual(ran, expected);
    }),
  );
});

test('a cancelled timer never runs and does not count as waiting', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ delay: fc.integer({ min: 0, max: 50 }), isCancelled: fc.boolean() })),
      (timers) => {
        const clock = virtualClock();
        let ran = 0;
        for (const { delay, isCancelled } of timers) {
          const cancel = clock.schedule(delay, () => ran++);
          if (isCancelled) cancel();
        }
        const kept = timers.filter(({ isCancelled }) => !isCancelled).length;
        assert.equal(clock.pending, kept);
        clock.runUntil(50);
        assert.equal(ran, kept);
        assert.equal(clock.pending, 0);
      },
    ),
  );
});

test('a timer sees its own time, and may make and cancel others', () => {
  const clock = virtualClock();
  const seen: number[] = [];
  const cancel = clock.schedule(30, () => assert.fail('was cancelled'));
  clock.schedule(10, () => {
    seen.push(clock.now());
    cancel();
    clock.schedule(5, () => seen.push(clock.now()));
    clock.schedule(0, () => seen.push(clock.now()));
  });
  clock.runUntil(100);
  assert.deepEqual(seen, [10, 10, 15]);
});

test('what is due exactly at the end runs, what is later waits', () => {
  const clock = virtualClock();
  const ran: string[] = [];
  clock.schedule(10, () => ran.push('at'));
  clock.schedule(10.001, () => ran.push('after'));
  clock.runUntil(10);
  assert.deepEqual(ran, ['at']);
  assert.equal(clock.pending, 1);
});

test('a delay that is negative or no number is now', () => {
  const clock = virtualClock();
  let ran = 0;
  for (const delay of [-5, NaN, -Infinity]) clock.schedule(delay, () => ran++);
  clock.runUntil(0);
  assert.equal(ran, 3);
});

test('advance lets chains of promises settle between two timers', async () => {
  const clock = virtualClock();
  const told: string[] = [];
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => void clock.schedule(ms, resolve));
  const chain = async (name: string): Promise<void> => {
    for (let round = 0; round < 3; round++) {
      await sleep(1000);
      for (let hop = 0; hop < 50; hop++) await Promise.resolve();
      told.push(`${name}@${clock.now()}`);
    }
  };
  void chain('a');
  void chain('b');
  await clock.advance('2500ms');
  assert.deepEqual(told, ['a@1000', 'b@1000', 'a@2000', 'b@2000']);
  assert.equal(clock.now(), 2500);
  await clock.advance(500);
  assert.deepEqual(told.slice(4), ['a@3000', 'b@3000']);
});

test('what was pending before advance settles before the first timer', async () => {
  const clock = virtualClock();
  const told: string[] = [];
  clock.schedule(0, () => told.push('timer'));
  void Promise.resolve().then(() => told.push('promise'));
  await clock.advance(0);
  assert.deepEqual(told, ['promise', 'timer']);
});

test('advance refuses what is no duration', async () => {
  const clock = virtualClock();
  for (const wrong of ['', '10', 'soon', NaN, -1])
    await assert.rejects(clock.advance(wrong), RangeError, String(wrong));
  assert.equal(clock.now(), 0);
});

test('a timer that throws is the only one lost, and time stands where it threw', () => {
  const clock = virtualClock();
  let ran = false;
  clock.schedule(1, () => {
    throw new Error('from a timer');
  });
  clock.schedule(2, () => (ran = true));
  assert.throws(() => clock.runUntil(10), /from a timer/);
  assert.equal(clock.now(), 1);
  clock.runUntil(10);
  assert.ok(ran);
});
