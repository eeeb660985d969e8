import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monotonicClock } from './clock.ts';

test('the monotonic clock never goes back', () => {
  let last = monotonicClock.now();
  for (let reading = 0; reading < 10_000; reading++) {
    const now = monotonicClock.now();
    assert.ok(now >= last);
    last = now;
  }
});

test('a timer can be cancelled, twice and in the background too', () => {
  for (const background of [true, false]) {
    const cancel = monotonicClock.schedule(0, () => assert.fail('was cancelled'), { background });
    cancel();
    cancel();
  }
});

test('a delay beyond 31 bits waits instead of firing at once, and a negative one fires', async () => {
  const cancel = monotonicClock.schedule(2 ** 40, () => assert.fail('fired early'), { background: true });
  await new Promise<void>((resolve) => {
    monotonicClock.schedule(-5, resolve);
  });
  cancel();
});
