import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { SettingsInput } from '../model/index.ts';
import { BYTES, FLAGS, LAST_CHECK_FAILED, LEVEL, REFUSE_UNTIL, SAFE_AT, WORDS } from '../model/index.ts';
import type { World } from '../observe/world-fixture.test.ts';
import { world } from '../observe/world-fixture.test.ts';
import { blindTrialAt, isSafeToTry, isWindowPassed, setBackoff } from './index.ts';

const DAY = 86_400_000;

/** Slot 1 opens at `now`, at a level, with a draw of chance. */
function opened({
  level = 0,
  latencyMs = 0,
  msPerPick = NaN,
  draw = 0,
  now = 0,
  knobs = {},
}: {
  level?: number;
  latencyMs?: number;
  msPerPick?: number;
  draw?: number;
  now?: number;
  knobs?: SettingsInput;
}): World {
  const of = world(2, { preset: 'serving', ...knobs });
  of.ledger.u8[BYTES + LEVEL] = level;
  setBackoff(of.ledger, 1, now, latencyMs, msPerPick, of.settings, of.tuning, () => draw);
  return of;
}
const refusedFor = ({ ledger }: World, now = 0): number => (ledger.i32[WORDS + REFUSE_UNTIL] - now) | 0;
const unsafeFor = ({ ledger }: World, now = 0): number => (ledger.i32[WORDS + SAFE_AT] - now) | 0;
const isOver = ({ ledger, settings, tuning }: World, now: number, heedChecks: boolean): boolean =>
  isWindowPassed(ledger, 1, now, heedChecks, settings, tuning);

describe('the recovery window', () => {
  test('doubles with each relapse, up to four windows', () => {
    for (const [level, windows] of [
      [0, 1],
      [1, 2],
      [2, 4],
      [3, 4],
      [7, 4],
      [255, 4],
    ] as const) {
      assert.equal(refusedFor(opened({ level })), windows * 10_000, `level ${level}`);
    }
  });

  test('is stretched by chance up to a fifth, and never shortened', () => {
    assert.equal(refusedFor(opened({ draw: 0 })), 10_000);
    assert.equal(refusedFor(opened({ draw: 0.5 })), 11_000);
    assert.equal(refusedFor(opened({ draw: 1 - 2 ** -32 })), 12_000);
    assert.equal(refusedFor(opened({ draw: 1 - 2 ** -32, knobs: { jitter: 0 } })), 10_000);
  });

  test('of the specification is 300 s', () => {
    assert.equal(refusedFor(opened({ knobs: { preset: 'specification' } })), 300_000);
  });

  test('ends at maxRecoveryWindow when one is set, which never shortens the first', () => {
    assert.equal(refusedFor(opened({ level: 5, knobs: { maxRecoveryWindow: '90s' } })), 90_000);
    assert.equal(refusedFor(opened({ level: 1, knobs: { maxRecoveryWindow: '90s' } })), 20_000);
    assert.equal(refusedFor(opened({ level: 5, knobs: { maxRecoveryWindow: '3s' } })), 10_000);
  });

  test('each opening raises the level, up to 255', () => {
    assert.equal(opened({ level: 0 }).ledger.u8[BYTES + LEVEL], 1);
    assert.equal(opened({ level: 254 }).ledger.u8[BYTES + LEVEL], 255);
    assert.equal(opened({ level: 255 }).ledger.u8[BYTES + LEVEL], 255);
  });

  test('passes at its end, and not before', () => {
    for (const now of [0, 2 ** 31 - 4000, 2 ** 32 - 4000, 5 * 2 ** 32]) {
      const of = opened({ now });
      assert.equal(isOver(of, now + 9_999, false), false, `opened at ${now}`);
      assert.equal(isOver(of, now + 10_000, false), true, `opened at ${now}`);
    }
  });
});

describe('an early trial', () => {
  test('waits 1 s, doubled with each relapse up to 8 s', () => {
    for (const [level, ms] of [
      [0, 1000],
      [1, 2000],
      [2, 4000],
      [3, 8000],
      [4, 8000],
      [255, 8000],
    ] as const) {
      assert.equal(unsafeFor(opened({ level, draw: 0.5 })), ms, `level ${level}`);
    }
  });

  test('waits no longer than until one in 200 requests is one: at high load a healed instance is back at once', () => {
    for (const [msPerPick, ms] of [
      [0.001, 1000],
      [5, 1000],
      [20, 4000],
      [40, 8000],
      [1000, 8000],
      [Infinity, 8000],
      [NaN, 8000],
    ] as const) {
      assert.equal(unsafeFor(opened({ level: 9, msPerPick, draw: 0.5 })), ms, `a pick each ${msPerPick} ms`);
    }
  });

  test('after slow failures waits fifty times their latency', () => {
    assert.equal(unsafeFor(opened({ latencyMs: 2500, draw: 0.5 })), 125_000);
    assert.equal(unsafeFor(opened({ latencyMs: 20, draw: 0.5 })), 1000, 'exactly fifty times 20 ms');
    assert.equal(unsafeFor(opened({ latencyMs: 21, draw: 0.5 })), 1050);
    assert.equal(unsafeFor(opened({ latencyMs: 21, level: 1, draw: 0.5 })), 2000);
  });

  test('is spread over .8 to 1.2 of that', () => {
    assert.equal(unsafeFor(opened({ draw: 0 })), 800);
    assert.equal(unsafeFor(opened({ draw: 1 - 2 ** -32 })), 1200);
    assert.equal(unsafeFor(opened({ draw: 0, knobs: { jitter: 0 } })), 1000);
  });

  test('a failure without a readable latency waits as one of unknown latency', () => {
    for (const latencyMs of [NaN, -1, -Infinity])
      assert.equal(unsafeFor(opened({ latencyMs, draw: 0.5 })), 1000, `${latencyMs}`);
  });

  test('is due at its time, and not before', () => {
    for (const now of [0, 2 ** 31 - 400, 2 ** 32 - 400]) {
      const { ledger } = opened({ now, draw: 0.5 });
      assert.equal(isSafeToTry(ledger, 1, now + 999), false);
      assert.equal(isSafeToTry(ledger, 1, now + 1000), true);
    }
  });
});

describe('a failing check', () => {
  const failing = (knobs: SettingsInput = {}, level = 0): World => {
    const of = opened({ level, knobs });
    of.ledger.u8[BYTES + FLAGS] |= LAST_CHECK_FAILED;
    return of;
  };

  test('delays blind trials by four windows, and not for ever', () => {
    const of = failing();
    assert.equal(isOver(of, 10_000, true), false);
    assert.equal(isOver(of, 49_999, true), false);
    assert.equal(isOver(of, 50_000, true), true);
    assert.equal(blindTrialAt(of.ledger, 1, true, of.settings, of.tuning), 50_000);
  });

  test('delays by four windows, not by four of the grown one', () => {
    assert.equal(isOver(failing({}, 2), 79_999, true), false);
    assert.equal(isOver(failing({}, 2), 80_000, true), true);
  });

  test('delays nothing where checks are not heeded', () => {
    assert.equal(isOver(failing(), 10_000, false), true);
  });

  test('that has passed since delays nothing', () => {
    assert.equal(isOver(opened({}), 10_000, true), true);
  });

  test('leaves early trials alone', () => {
    assert.equal(isSafeToTry(failing().ledger, 1, 1200), true);
  });
});

test('no window, latency, level or chance makes a deadline that 32-bit milliseconds take for one in the past', () => {
  const window = fc.integer({ min: 1000, max: 4 * DAY });
  const latency = fc.oneof(fc.double(), fc.double({ min: 0, max: 1e9, noNaN: true }));
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const now = fc.double({ min: 0, max: 2 ** 40, noNaN: true });
  fc.assert(
    fc.property(
      window,
      fc.nat(255),
      latency,
      chance,
      chance,
      now,
      (recoveryWindow, level, latencyMs, draw, jitter, at) => {
        const of = opened({
          level,
          latencyMs,
          draw,
          now: at,
          knobs: { recoveryWindow, jitter, maxRecoveryWindow: 4 * DAY },
        });
        of.ledger.u8[BYTES + FLAGS] |= LAST_CHECK_FAILED;
        const window = refusedFor(of, at);
        assert.ok(window >= recoveryWindow - 1 && window <= 19 * DAY, `refused for ${window} ms`);
        assert.ok(unsafeFor(of, at) >= 0, `an early trial is due at once`);
        assert.equal(isOver(of, at, false), false);
        assert.equal(isOver(of, at, true), false, 'a failing check must not bring the trial forward');
      },
    ),
    {
      examples: [
        [4 * DAY, 2, 0, 1 - 2 ** -32, 0.2, 0],
        [1000, 0, 1e12, 1 - 2 ** -32, 0.999, 0],
        [1000, 0, NaN, 0.5, 0.2, 1e6],
        [4 * DAY, 5, 0, 0, 0, 0],
      ],
    },
  );
});
