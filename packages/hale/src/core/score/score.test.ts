import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { suspect } from '../circuit/index.ts';
import {
  ALL,
  BAD,
  BURST_AT,
  BYTES,
  CIRCUIT,
  FLEET_ALL,
  FLEET_BAD,
  HALF_OPEN,
  LAST_OUTCOME,
  OPEN,
  SUSPICION,
  TRIALS,
  WORDS,
} from '../model/index.ts';
import type { World } from '../observe/world-fixture.test.ts';
import { fail, near, succeed, world } from '../observe/world-fixture.test.ts';
import { excessOf, recentScoreOf, scoreOf } from './index.ts';

const score = ({ ledger, fleet, settings, tuning }: World, slot = 0, now = 0): number =>
  scoreOf(ledger, fleet, slot, now, settings, tuning);
const excess = ({ ledger, fleet, settings, tuning }: World, slot = 0, now = 0): number =>
  excessOf(ledger, fleet, slot, now, settings, tuning);

/** Writes F and N of slot 0, and of the rest of the fleet as totals. */
function stand(of: World, bad: number, all: number, restBad: number, restAll: number): void {
  of.ledger.f32[BAD] = bad;
  of.ledger.f32[ALL] = all;
  of.fleet.totals[FLEET_BAD] = bad + restBad;
  of.fleet.totals[FLEET_ALL] = all + restAll;
}

describe('the score of a closed circuit', () => {
  test('is 1 at the start', () => {
    assert.equal(score(world()), 1);
    assert.equal(score(world(8), 3, 1e9), 1);
  });

  test('falls by the failures of a cold instance as .83, .71, .625, .556, .5, and meets the threshold at the trip', () => {
    const fleet = world(8);
    for (const expected of [5 / 6, 5 / 7, 5 / 8, 5 / 9]) {
      assert.equal(fail(fleet, 0, 0), 'none');
      near(score(fleet), expected, 0.003);
    }
    assert.notEqual(fail(fleet, 0, 0), 'none');
    near(score(fleet), 0.5, 1e-6);
  });

  test('meets healthThreshold exactly at the trip, whatever the two thresholds are', () => {
    for (const healthThreshold of [0.05, 0.5, 0.8]) {
      for (const circuitBreakThreshold of [1, 2, 5, 10, 200]) {
        const one = world(1, { healthThreshold, recoveryThreshold: 0.8, circuitBreakThreshold });
        suspect(one.ledger, 0, circuitBreakThreshold);
        near(score(one), healthThreshold, 1e-9, `T = ${circuitBreakThreshold}:`);
        suspect(one.ledger, 0, 1000);
        near(score(one), healthThreshold, 1e-9, 'suspicion beyond T counts as T:');
      }
    }
  });

  test('half the suspicion takes half of the way to the threshold', () => {
    const one = world(1, { circuitBreakThreshold: 4 });
    suspect(one.ledger, 0, 2);
    near(score(one), 0.75, 1e-9);
  });

  test('is the worse of excess and suspicion', () => {
    const one = world(8);
    stand(one, 5, 15, 0, 100);
    near(score(one), 0.75, 1e-9);
    one.ledger.f32[SUSPICION] = 1;
    near(score(one), 0.75, 1e-9);
    one.ledger.f32[SUSPICION] = 4;
    near(score(one), 0.6, 1e-9);
  });
});

describe('the score of other circuits', () => {
  test('is 0 while open, whatever is remembered', () => {
    const one = world();
    one.ledger.u8[CIRCUIT] = OPEN;
    one.ledger.u8[TRIALS] = 3 << 4;
    assert.equal(score(one), 0);
  });

  test('is s / (s + 1) of s good trials while half-open, with or without a trial out', () => {
    const one = world(2);
    one.ledger.u8[BYTES + CIRCUIT] = HALF_OPEN;
    for (let good = 0; good <= 15; good++) {
      for (const out of [0, 1]) {
        one.ledger.u8[BYTES + TRIALS] = (good << 4) | out;
        assert.equal(score(one, 1), good / (good + 1));
      }
    }
  });
});

describe('excess over the fleet', () => {
  test('is (F - N r) / ((N + m)(1 - r)), r the failure rate of the others', () => {
    const one = world(8);
    stand(one, 30, 45, 25, 99); // r = .25
    near(excess(one), (30 - 45 * 0.25) / (50 * 0.75), 1e-9);
    stand(one, 30, 45, 0, 0); // nobody else: r = 0
    near(excess(one), 30 / 50, 1e-9);
  });

  test('is nothing for an instance that fails like the others, or less', () => {
    const one = world(8);
    stand(one, 25, 100, 25, 99);
    near(excess(one), 0, 1e-9);
    stand(one, 1, 50, 50, 99);
    assert.equal(excess(one), 0);
  });

  test('is everything, and no more, for one that always fails where others never do', () => {
    const one = world(8);
    stand(one, 1e9, 1e9, 0, 1e9);
    near(excess(one), 1, 1e-6);
    // r is held at .95, so the quotient cannot leave [0, 1] by much; it is clipped all the same.
    stand(one, 1e6, 1e6, 300, 1000);
    assert.ok(excess(one) <= 1);
  });

  test('what everybody shows is nobody’s: above .8 of everybody there is none', () => {
    const one = world(8);
    stand(one, 40, 40, 39, 59); // 79 / 100
    assert.ok(excess(one) > 0.3);
    stand(one, 40, 40, 41, 59); // 81 / 100
    assert.equal(excess(one), 0);
  });

  test('without adaptive thresholds failures count whatever the others do', () => {
    const one = world(8, { adaptiveThreshold: false });
    stand(one, 45, 45, 500, 500);
    near(excess(one), 0.9, 1e-9);
    near(score(one), 0.1, 1e-9);
  });

  test('fades with time when nothing is picked; suspicion does not', () => {
    const one = world(8);
    stand(one, 5, 5, 0, 100);
    near(excess(one), 0.5, 1e-9);
    near(excess(one, 0, 10_000), 2 / 7, 1e-9); // g(1) = .4
    near(excess(one, 0, 1e12), 0, 1e-5);
    suspect(one.ledger, 0, 5);
    near(score(one, 0, 1e12), 0.5, 1e-6);
  });
});

describe('the score that strategies see', () => {
  const recent = ({ ledger, fleet, settings, tuning }: World, now: number): number =>
    recentScoreOf(ledger, fleet, 1, now, settings, tuning);
  function failed(at: number): World {
    const one = world(2);
    one.ledger.i32[WORDS + BURST_AT] = at;
    one.ledger.f32[WORDS + SUSPICION] = 2.5;
    return one;
  }

  test('is the score itself at the last failure, and by a clock that went back', () => {
    near(recent(failed(1000), 1000), 0.75, 1e-9);
    near(recent(failed(1000), 0), 0.75, 1e-9);
    near(score(failed(1000), 1, 1000), 0.75, 1e-9);
  });

  test('forgives suspicion by g of the time since the last failure, so that an idle one is asked again', () => {
    for (const at of [1000, 2 ** 31 - 5000, 2 ** 32 - 5000]) {
      near(recent(failed(at), at + 10_000), 1 - 0.25 * 0.4, 1e-9);
      near(score(failed(at), 1, at + 10_000), 0.75, 1e-9, 'what thresholds are compared with does not fade:');
    }
    near(recent(failed(1000), 1e9), 1, 1e-6);
  });

  test('counts suspicion beyond T as T', () => {
    const one = failed(1000);
    one.ledger.f32[WORDS + SUSPICION] = 50;
    near(recent(one, 1000), 0.5, 1e-9);
  });

  test('follows the excess over the fleet where that is worse', () => {
    const one = failed(1000);
    one.ledger.f32[WORDS + BAD] = 45;
    one.ledger.f32[WORDS + ALL] = 45;
    one.fleet.totals[FLEET_BAD] = 45;
    one.fleet.totals[FLEET_ALL] = 400;
    one.fleet.totals[LAST_OUTCOME] = 1000;
    near(recent(one, 1000), 0.1, 1e-9);
  });
});

describe('between transitions', () => {
  test('a bad outcome never raises the score and a good one never lowers it', () => {
    const step = fc.record({ slot: fc.nat(3), isBad: fc.boolean(), after: fc.nat(20_000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const fleet = world(4);
        // The others are known to be sound; where everybody fails there is no guilt to tell.
        for (let outcome = 0; outcome < 400; outcome++) succeed(fleet, 1 + (outcome % 3), 0);
        let now = 0;
        for (const { slot, isBad, after } of steps) {
          now += after;
          for (let other = 1; other < 4; other++) succeed(fleet, other, now);
          const before = score(fleet, slot, now);
          if (isBad) fail(fleet, slot, now);
          else succeed(fleet, slot, now);
          const change = score(fleet, slot, now) - before;
          assert.ok(isBad ? change <= 1e-6 : change >= -1e-6, `${isBad ? 'bad' : 'good'} changed it by ${change}`);
          assert.ok(before >= 0 && before <= 1);
          fleet.ledger.f32[slot * WORDS + SUSPICION] = Math.min(4, fleet.ledger.f32[slot * WORDS + SUSPICION]);
        }
      }),
    );
  });
});
