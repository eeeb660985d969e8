import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BYTES, RUN, SUSPICION, WORDS } from '../model/index.ts';
import { near, suspicionOf, world } from '../observe/world-fixture.test.ts';
import { exonerate, failureWeight, runLimit, suspect, verdict } from './index.ts';

const { tuning } = world();
const NEVER = 256;

describe('the weight of one failure', () => {
  test('is 1 on a clean fleet: suspicion is counted in clean failures', () => {
    assert.equal(failureWeight(0, tuning), 1);
    near(tuning.cleanFailure, Math.log(1 + (0.1 * 0.99) / 0.01), 1e-12);
    near(tuning.cleanFailure, 2.39, 0.002);
  });

  test('is ln(1 + delta (1 - p0) / p0) / u, with p0 the baseline and up to the floor more', () => {
    const weight = (p0: number): number => Math.log(1 + (0.1 * (1 - p0)) / p0) / tuning.cleanFailure;
    for (const [baseline, p0] of [
      [0.002, 0.01],
      [0.005, 0.01],
      [0.006, 0.012],
      [0.01, 0.02],
      [0.05, 0.06],
      [0.3, 0.31],
      [0.9, 0.91],
      [0.94, 0.95],
      [0.95, 0.95],
      [1, 0.95],
    ] as const) {
      near(failureWeight(baseline, tuning), weight(p0), 1e-12, `baseline ${baseline}:`);
    }
  });

  test('makes seven failures in a row of five where the others fail at 1 %, thirteen at 5 %, sixty at 30 %', () => {
    for (const [baseline, inARow] of [
      [0, 5],
      [0.01, 7],
      [0.05, 13],
      [0.3, 60],
    ] as const) {
      assert.equal(Math.ceil((5 - 1e-4) / failureWeight(baseline, tuning)), inARow);
    }
  });

  test('falls as the baseline rises and never vanishes', () => {
    let last = Infinity;
    for (let percent = 0; percent <= 100; percent++) {
      const weight = failureWeight(percent / 100, tuning);
      assert.ok(weight > 0 && weight <= last);
      last = weight;
    }
  });
});

describe('suspicion', () => {
  test('a good outcome takes ln(1 - delta) / u off it', () => {
    const one = world();
    suspect(one.ledger, 0, 2);
    exonerate(one.ledger, 0, tuning);
    near(suspicionOf(one, 0), 2 + Math.log(0.9) / tuning.cleanFailure, 1e-6);
    near(Math.log(0.9) / tuning.cleanFailure, tuning.goodOutcome, 1e-12);
  });

  test('half of a threshold of five is gone after 57 good outcomes, as after a restore', () => {
    const one = world();
    suspect(one.ledger, 0, 2.5);
    for (let good = 0; good < 56; good++) exonerate(one.ledger, 0, tuning);
    assert.ok(suspicionOf(one, 0) > 0);
    exonerate(one.ledger, 0, tuning);
    assert.equal(suspicionOf(one, 0), 0);
  });

  test('never falls below zero, so no credit is saved for later', () => {
    const one = world(2);
    for (let good = 0; good < 100; good++) exonerate(one.ledger, 1, tuning);
    assert.equal(suspicionOf(one, 1), 0);
    suspect(one.ledger, 1, 1);
    assert.equal(suspicionOf(one, 1), 1);
    assert.equal(suspicionOf(one, 0), 0);
  });

  test('the word of others counts by its weight', () => {
    const one = world();
    suspect(one.ledger, 0, 3);
    exonerate(one.ledger, 0, tuning, 10);
    near(suspicionOf(one, 0), 3 + 10 * tuning.goodOutcome, 1e-6);
  });
});

describe('the verdict', () => {
  test('comes with the T-th clean failure in a row, for T = 1..200, and not before', () => {
    for (let threshold = 1; threshold <= 200; threshold++) {
      const one = world();
      for (let failure = 1; failure <= threshold; failure++) {
        assert.equal(verdict(one.ledger, 0, threshold, NEVER), 'none', `T = ${threshold}, after ${failure - 1}`);
        suspect(one.ledger, 0, failureWeight(0, tuning));
      }
      assert.equal(verdict(one.ledger, 0, threshold, NEVER), 'suspicion');
    }
  });

  test('forgives what Float32 rounds off: a tenth, fifty times, is five', () => {
    const one = world();
    for (let count = 0; count < 50; count++) suspect(one.ledger, 0, 0.1);
    assert.notEqual(one.ledger.f32[SUSPICION], 5);
    assert.equal(verdict(one.ledger, 0, 5, NEVER), 'suspicion');
    one.ledger.f32[SUSPICION] = 5 - 2e-4;
    assert.equal(verdict(one.ledger, 0, 5, NEVER), 'none');
    one.ledger.f32[SUSPICION] = 5 - 5e-5;
    assert.equal(verdict(one.ledger, 0, 5, NEVER), 'suspicion');
  });

  test('comes with a run whatever the fleet does, and then the run is the reason', () => {
    const one = world(2);
    one.ledger.u8[BYTES + RUN] = 19;
    assert.equal(verdict(one.ledger, 1, 5, 20), 'none');
    one.ledger.u8[BYTES + RUN] = 20;
    assert.equal(verdict(one.ledger, 1, 5, 20), 'run');
    one.ledger.f32[WORDS + SUSPICION] = 5;
    assert.equal(verdict(one.ledger, 1, 5, 20), 'run');
    assert.equal(verdict(one.ledger, 0, 5, 20), 'none');
    one.ledger.u8[BYTES + RUN] = 0;
    assert.equal(verdict(one.ledger, 1, 5, 20), 'suspicion');
  });

  test('a run is runFactor thresholds long, at least 1 and at most the 255 that are counted', () => {
    for (const [threshold, factor, limit] of [
      [5, 1, 5],
      [5, 4, 20],
      [1, 1, 1],
      [3, 1.5, 5],
      [200, 4, 255],
      [64, 4, 255],
      [63, 4, 252],
      [1, 0.1, 1],
    ] as const) {
      assert.equal(runLimit(threshold, factor), limit);
    }
  });
});
