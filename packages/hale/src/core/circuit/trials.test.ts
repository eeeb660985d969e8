import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BYTES, FLAGS, LOOSE_TRIAL, SPARED, TRIALS, TRIAL_AT, WORDS } from '../model/index.ts';
import { world } from '../observe/world-fixture.test.ts';
import { isTrialExpired, isTrialOut, passTrial, returnTrialPlace, takeTrialPlace, trialsNeeded } from './index.ts';

describe('the trial place', () => {
  test('is one, taken and given back', () => {
    const { ledger } = world(2);
    assert.equal(isTrialOut(ledger, 1), false);
    takeTrialPlace(ledger, 1, 500, false);
    assert.equal(isTrialOut(ledger, 1), true);
    assert.equal(isTrialOut(ledger, 0), false);
    assert.equal(ledger.i32[1 * WORDS + TRIAL_AT], 500);
    returnTrialPlace(ledger, 1);
    assert.equal(isTrialOut(ledger, 1), false);
  });

  test('given back twice is not two places', () => {
    const { ledger } = world();
    returnTrialPlace(ledger, 0);
    assert.equal(ledger.u8[TRIALS], 0);
    takeTrialPlace(ledger, 0, 0, false);
    assert.equal(isTrialOut(ledger, 0), true);
  });

  test('remembers that it was granted without a lease, until it is given back', () => {
    const { ledger } = world(2);
    const flags = (): number[] => [ledger.u8[FLAGS], ledger.u8[BYTES + FLAGS]];
    ledger.u8[FLAGS] = LOOSE_TRIAL;
    ledger.u8[BYTES + FLAGS] = SPARED;
    takeTrialPlace(ledger, 1, 0, false);
    assert.deepEqual(flags(), [LOOSE_TRIAL, SPARED]);
    returnTrialPlace(ledger, 1);
    takeTrialPlace(ledger, 1, 0, true);
    assert.deepEqual(flags(), [LOOSE_TRIAL, SPARED | LOOSE_TRIAL]);
    returnTrialPlace(ledger, 1);
    assert.deepEqual(flags(), [LOOSE_TRIAL, SPARED]);
  });

  test('expires when trialTimeout has passed without an answer', () => {
    for (const at of [1000, 2 ** 31 - 10, 2 ** 32 - 10]) {
      const { ledger } = world(2);
      assert.equal(isTrialExpired(ledger, 1, at + 1e6, 30_000), false, 'no trial is out');
      takeTrialPlace(ledger, 1, at, false);
      assert.equal(isTrialExpired(ledger, 1, at + 30_000, 30_000), false);
      assert.equal(isTrialExpired(ledger, 1, at + 30_001, 30_000), true);
    }
  });
});

describe('good trials', () => {
  test('that restore are the first s with s / (s + 1) >= recoveryThreshold', () => {
    for (const [threshold, needed] of [
      [0.8, 4],
      [0.9, 9],
      [0.6, 2],
      [0.5, 1],
      [0.75, 3],
      [0.01, 1],
      [2 / 3, 2],
      [0.93, 14],
      [0.94, 15],
      [0.999, 15],
    ] as const) {
      assert.equal(trialsNeeded(threshold), needed, `${threshold}`);
      const { ledger } = world(2);
      let passed = 1;
      while (!passTrial(ledger, 1, threshold) && passed < 99) passed++;
      assert.equal(passed, needed, `${threshold}`);
      assert.equal(ledger.u8[BYTES + TRIALS] >> 4, needed);
    }
  });

  test('are the specification’s rule for every hundredth: s / (s + 1) within rounding', () => {
    for (let percent = 1; percent < 94; percent++) {
      const needed = trialsNeeded(percent / 100);
      assert.ok(needed / (needed + 1) >= percent / 100 - 1e-9);
      assert.ok(needed === 1 || (needed - 1) / needed < percent / 100 - 1e-9, `${percent} %`);
    }
  });

  test('stop counting at fifteen and leave the place alone', () => {
    const { ledger } = world();
    takeTrialPlace(ledger, 0, 0, false);
    for (let trial = 1; trial <= 20; trial++) {
      passTrial(ledger, 0, 0.8);
      assert.equal(ledger.u8[TRIALS], (Math.min(15, trial) << 4) | 1);
    }
  });
});
