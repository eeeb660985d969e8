import assert from 'node:assert/strict';
import { test } from 'node:test';
import { virtualClock } from 'hale/testing';
import type { VirtualClock } from 'hale/testing';
import { Pace } from './pace.ts';

function started(): { clock: VirtualClock; pace: Pace; isSlow: () => boolean } {
  const clock = virtualClock();
  let slow = 0;
  const pace = new Pace(clock, { bodyIdleMs: 10_000, minBodyBytesPerSecond: 100 }, () => slow++);
  pace.resume();
  return {
    clock,
    pace,
    isSlow: () => {
      assert.ok(slow <= 1, 'told once');
      return slow === 1;
    },
  };
}

test('a body is too slow after the longest silence, not before', () => {
  const { clock, pace, isSlow } = started();
  clock.runUntil(clock.now() + 6000);
  pace.took(100_000);
  clock.runUntil(clock.now() + 9999);
  assert.equal(isSlow(), false);
  clock.runUntil(clock.now() + 1);
  assert.equal(isSlow(), true);
});

test('a body that drips is too slow as soon as the average counts', () => {
  const { clock, pace, isSlow } = started();
  for (let i = 0; i < 9; i++) {
    clock.runUntil(clock.now() + 1000);
    pace.took(1);
  }
  assert.equal(isSlow(), false);
  clock.runUntil(clock.now() + 1000);
  pace.took(1);
  assert.equal(isSlow(), true);
  clock.runUntil(clock.now() + 100_000);
  assert.equal(isSlow(), true);
});

test('a body at the least rate is never too slow', () => {
  const { clock, pace, isSlow } = started();
  for (let i = 0; i < 1000; i++) {
    clock.runUntil(clock.now() + 1000);
    pace.took(100);
  }
  assert.equal(isSlow(), false);
});

test('time in which nobody reads does not count, and silence goes on after it', () => {
  const { clock, pace, isSlow } = started();
  for (let i = 0; i < 5; i++) {
    clock.runUntil(clock.now() + 1900);
    pace.pause();
    clock.runUntil(clock.now() + 1_000_000);
    assert.equal(isSlow(), false);
    pace.resume();
  }
  clock.runUntil(clock.now() + 499);
  assert.equal(isSlow(), false);
  clock.runUntil(clock.now() + 1);
  assert.equal(isSlow(), true);
});

test('what is stopped is told nothing more', () => {
  const { clock, pace, isSlow } = started();
  pace.stop();
  clock.runUntil(clock.now() + 100_000);
  pace.took(1);
  pace.resume();
  clock.runUntil(clock.now() + 100_000);
  assert.equal(isSlow(), false);
});
