import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SettingsInput } from '../model/index.ts';
import type { World } from '../observe/world-fixture.test.ts';
import { world } from '../observe/world-fixture.test.ts';
import { forgetPause, isPaused, pause } from './index.ts';
import { PAUSED_UNTIL, SIDE } from '../model/index.ts';

/** Pauses slot 1; true when it was not paused before. */
const ask = ({ ledger, settings }: World, now: number, retryAfterMs?: number, draw = 0): boolean =>
  pause(ledger, 1, now, retryAfterMs, settings, () => draw);
const pausedFor = ({ ledger }: World, now = 0): number => (ledger.side[1 * SIDE + PAUSED_UNTIL] - now) | 0;
const fleet = (knobs: SettingsInput = {}): World => world(3, knobs);

describe('a pause that was asked for', () => {
  test('lasts as long as asked, stretched by chance up to a fifth and never shortened', () => {
    for (const [draw, ms] of [
      [0, 7000],
      [0.5, 7700],
      [1 - 2 ** -32, 8400],
    ] as const) {
      const of = fleet();
      assert.equal(ask(of, 0, 7000, draw), true);
      assert.equal(pausedFor(of), ms);
    }
  });

  test('is over at its end, and not before', () => {
    for (const now of [0, 2 ** 31 - 3000, 2 ** 32 - 3000, 7 * 2 ** 32]) {
      const of = fleet();
      assert.equal(isPaused(of.ledger, 1, now), false);
      ask(of, now, 7000);
      assert.equal(isPaused(of.ledger, 1, now), true);
      assert.equal(isPaused(of.ledger, 1, now + 6999), true);
      assert.equal(isPaused(of.ledger, 1, now + 7000), false);
      assert.equal(isPaused(of.ledger, 0, now), false);
    }
  });

  test('of nothing is none', () => {
    const of = fleet();
    assert.equal(ask(of, 500, 0), true);
    assert.equal(isPaused(of.ledger, 1, 500), false);
  });

  test('is held at maxRetryAfter', () => {
    for (const wish of [300_001, 1e12, Infinity]) {
      const of = fleet();
      ask(of, 0, wish);
      assert.equal(pausedFor(of), 300_000);
    }
    const shorter = fleet({ maxRetryAfter: '2s' });
    ask(shorter, 0, 7000);
    assert.equal(pausedFor(shorter), 2000);
  });

  test('that is no time is a pause without a wish', () => {
    for (const wish of [NaN, -1, -Infinity]) {
      const of = fleet();
      ask(of, 0, wish);
      assert.equal(pausedFor(of), 1000, `${wish}`);
    }
  });

  test('the later deadline wins', () => {
    const of = fleet();
    ask(of, 0, 7000);
    assert.equal(ask(of, 1000, 2000), false);
    assert.equal(pausedFor(of), 7000);
    assert.equal(ask(of, 1000, 9000), false);
    assert.equal(pausedFor(of), 10_000);
  });

  test('the later deadline wins across 2^31 ms', () => {
    const of = fleet();
    const now = 2 ** 31 - 3000;
    ask(of, now, 2000);
    ask(of, now, 7000);
    assert.equal(pausedFor(of, now), 7000);
    ask(of, now, 1000);
    assert.equal(pausedFor(of, now), 7000);
  });

  test('one that has passed is forgotten, however late it was', () => {
    const of = fleet();
    ask(of, 0, 200_000);
    assert.equal(ask(of, 200_000, 50), true);
    assert.equal(pausedFor(of), 200_050);
  });
});

describe('a pause without a wish', () => {
  test('is 1 s, doubled per repeat up to 30 s', () => {
    const of = fleet();
    let now = 0;
    for (const seconds of [1, 2, 4, 8, 16, 30, 30, 30]) {
      assert.equal(ask(of, now), true);
      assert.equal(pausedFor(of, now), seconds * 1000);
      now += seconds * 1000;
    }
  });

  test('stays at 30 s after any number of repeats', () => {
    const of = fleet();
    for (let time = 0; time < 600; time++) {
      ask(of, time * 40_000);
      if (time >= 5) assert.equal(pausedFor(of, time * 40_000), 30_000, `repeat ${time}`);
    }
  });

  test('is held at maxRetryAfter too', () => {
    const of = fleet({ maxRetryAfter: '500ms' });
    ask(of, 0);
    assert.equal(pausedFor(of), 500);
  });

  test('is 1 s again after a good outcome', () => {
    const of = fleet();
    ask(of, 0);
    ask(of, 1000);
    forgetPause(of.ledger, 1, 5000);
    ask(of, 5000);
    assert.equal(pausedFor(of, 5000), 1000);
  });
});

describe('a good outcome', () => {
  test('during a pause ends nothing: it was granted before', () => {
    const of = fleet();
    ask(of, 0, 7000);
    forgetPause(of.ledger, 1, 6999);
    assert.equal(isPaused(of.ledger, 1, 6999), true);
    ask(of, 6999);
    assert.equal(pausedFor(of, 6999), 1000, 'and what arrives during it doubles nothing');
  });

  test('of an instance that was never paused changes nothing', () => {
    const of = fleet();
    forgetPause(of.ledger, 1, 5000);
    assert.deepEqual([of.ledger.pauseStep[1], of.ledger.side[1 * SIDE + PAUSED_UNTIL]], [0, 0]);
  });
});
