import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fade, seededRandom } from '../kernel/index.ts';
import {
  ALL,
  BAD,
  FLEET_ALL,
  FLEET_BAD,
  FLEET_CLOCK,
  FLEET_TIME,
  LAST_OUTCOME,
  RING_SIZE,
  WORDS,
  commonRate,
  fleetTime,
  restOfFleet,
} from '../model/index.ts';
import { failureRate, scoreOf } from '../score/index.ts';
import {
  advanceFleetClock,
  setFleetSize,
  clearEvidence,
  countEvidence,
  noteInRing,
  restoreEvidence,
  ringShare,
  withdrawEvidence,
} from './index.ts';
import type { World } from './world-fixture.test.ts';
import { fail, near, succeed, world } from './world-fixture.test.ts';

const clockOf = ({ fleet }: World): number => fleet.totals[FLEET_CLOCK];
const tick = (of: World, now: number, weight = 1): void => {
  setFleetSize(of.fleet, of.instances, of.tuning);
  advanceFleetClock(of.ledger, of.fleet, now, of.tuning, weight);
};
const column = ({ ledger }: World, slot: number, index: number): number => ledger.f32[slot * WORDS + index];

describe('the fleet clock', () => {
  test('at 5 outcomes a second time rules: one unit in 10 s', () => {
    const fleet = world(8);
    for (let now = 200; now <= 10_000; now += 200) tick(fleet, now);
    near(clockOf(fleet), 1, 1e-9);
  });

  test('at 100 000 outcomes a second count rules: one unit in 50 outcomes an instance', () => {
    const fleet = world(8);
    for (let outcome = 1; outcome <= 400; outcome++) tick(fleet, outcome * 0.01);
    near(clockOf(fleet), 1, 1e-9);
  });

  test('the larger of time and count moves it, never their sum', () => {
    const fleet = world(1);
    tick(fleet, 200); // exactly 1/50 by either
    near(clockOf(fleet), 0.02, 1e-12);
    tick(fleet, 500); // 300 ms: time
    near(clockOf(fleet), 0.05, 1e-12);
    tick(fleet, 600); // 100 ms: count
    near(clockOf(fleet), 0.07, 1e-12);
  });

  test('a clock that stands still or goes back counts on, and measures from where it is', () => {
    const fleet = world(1);
    tick(fleet, 1000);
    const before = clockOf(fleet);
    tick(fleet, 1000);
    tick(fleet, 400);
    near(clockOf(fleet) - before, 0.04, 1e-12);
    assert.equal(fleet.fleet.totals[LAST_OUTCOME], 400);
    tick(fleet, 1400);
    near(clockOf(fleet) - before, 0.14, 1e-12);
  });

  test('a silence of any length moves it by at most 1000 units', () => {
    const fleet = world(1);
    tick(fleet, 1e15);
    assert.equal(clockOf(fleet), 1000);
  });

  test('a service without instances counts as one', () => {
    const empty = world(0);
    tick(empty, 0);
    near(clockOf(empty), 0.02, 1e-12);
  });

  test('k outcomes of others move it by k / (n w)', () => {
    const fleet = world(4);
    tick(fleet, 0, 100);
    near(clockOf(fleet), 0.5, 1e-12);
  });

  test('totals fade by g of each step', () => {
    const fleet = world(1);
    fleet.fleet.totals[FLEET_BAD] = 4;
    fleet.fleet.totals[FLEET_ALL] = 10;
    tick(fleet, 5000); // half a unit
    near(fleet.fleet.totals[FLEET_BAD], 4 / 1.625, 1e-12);
    near(fleet.fleet.totals[FLEET_ALL], 10 / 1.625, 1e-12);
  });

  test('between outcomes it reads on with time, so evidence fades when nothing is picked', () => {
    const fleet = world(1);
    countEvidence(fleet.ledger, fleet.fleet, 0, true);
    near(fleetTime(fleet.fleet, 20_000, fleet.tuning), 2, 1e-12);
    near(fleetTime(fleet.fleet, -5, fleet.tuning), 0, 0);
    near(fleetTime(fleet.fleet, 1e15, fleet.tuning), 1000, 0);
    near(commonRate(fleet.fleet, 10_000, fleet.tuning), 0.4 / 1.4, 1e-12);
  });
});

describe('counts of an instance', () => {
  test('are brought up to date only when it has an outcome, by g of the whole time since', () => {
    const fleet = world(2);
    countEvidence(fleet.ledger, fleet.fleet, 0, true);
    fleet.fleet.totals[FLEET_CLOCK] = 1;
    assert.equal(column(fleet, 0, BAD), 1);
    countEvidence(fleet.ledger, fleet.fleet, 0, false);
    near(column(fleet, 0, BAD), 0.4, 1e-6);
    near(column(fleet, 0, ALL), 1.4, 1e-6);
    assert.equal(column(fleet, 0, FLEET_TIME), 1);
  });

  test('a bad outcome adds to bad and all, a good one to all alone, in the instance and in the totals', () => {
    const fleet = world(2);
    countEvidence(fleet.ledger, fleet.fleet, 0, true);
    countEvidence(fleet.ledger, fleet.fleet, 1, false);
    countEvidence(fleet.ledger, fleet.fleet, 1, true, 0.25);
    assert.deepEqual([column(fleet, 0, BAD), column(fleet, 0, ALL)], [1, 1]);
    assert.deepEqual([column(fleet, 1, BAD), column(fleet, 1, ALL)], [0.25, 1.25]);
    assert.deepEqual([fleet.fleet.totals[FLEET_BAD], fleet.fleet.totals[FLEET_ALL]], [1.25, 2.25]);
  });

  test('evidence lasts the same at every scale: 50 outcomes an instance, or 10 s', () => {
    // After one unit of the clock, in many steps, the totals have faded to e^-1.
    for (const stepMs of [0.01, 200]) {
      const fleet = world(8);
      fleet.fleet.totals[FLEET_ALL] = 100;
      let now = 0;
      while (clockOf(fleet) < 1 - 1e-9 && now < 1e6) tick(fleet, (now += stepMs));
      near(fleet.fleet.totals[FLEET_ALL], 100 * Math.exp(-1), 0.5, `steps of ${stepMs} ms:`);
    }
  });
});

describe('leaving and returning', () => {
  test('withdrawn counts leave the totals as they have faded', () => {
    const fleet = world(2);
    for (let count = 0; count < 4; count++) countEvidence(fleet.ledger, fleet.fleet, 0, true);
    fleet.fleet.totals[FLEET_CLOCK] = 1;
    fleet.fleet.totals[FLEET_BAD] = 3;
    fleet.fleet.totals[FLEET_ALL] = 5;
    withdrawEvidence(fleet.ledger, fleet.fleet, 0);
    near(fleet.fleet.totals[FLEET_BAD], 3 - 1.6, 1e-6);
    near(fleet.fleet.totals[FLEET_ALL], 5 - 1.6, 1e-6);
    assert.equal(column(fleet, 0, BAD), 4, 'the instance keeps its own');
  });

  test('a difference that rounding made negative is clipped at zero', () => {
    const fleet = world(2);
    countEvidence(fleet.ledger, fleet.fleet, 0, true);
    // Many small steps fade the totals by e^-x, which is less than the one long step of the instance.
    for (let outcome = 0; outcome < 200; outcome++) tick(fleet, 0);
    assert.ok(fleet.fleet.totals[FLEET_BAD] < fade(clockOf(fleet)));
    assert.equal(restOfFleet(fleet.ledger, fleet.fleet, 0, 0, fleet.tuning), 0);
    withdrawEvidence(fleet.ledger, fleet.fleet, 0);
    assert.equal(fleet.fleet.totals[FLEET_BAD], 0);
    assert.equal(fleet.fleet.totals[FLEET_ALL], 0);
  });

  test('its entries leave the ring, those of others stay', () => {
    const fleet = world(2);
    for (let index = 0; index < 10; index++) {
      noteInRing(fleet.fleet, 0, true);
      noteInRing(fleet.fleet, 1, true);
    }
    withdrawEvidence(fleet.ledger, fleet.fleet, 0);
    assert.equal(ringShare(fleet.fleet, 1), 0);
    near(ringShare(fleet.fleet, 0), 10 / 12, 1e-12);
  });

  test('what returns from being parked brings its faded counts back', () => {
    const fleet = world(1);
    countEvidence(fleet.ledger, fleet.fleet, 0, true);
    countEvidence(fleet.ledger, fleet.fleet, 0, false);
    withdrawEvidence(fleet.ledger, fleet.fleet, 0);
    fleet.fleet.totals[FLEET_CLOCK] = 1;
    restoreEvidence(fleet.ledger, fleet.fleet, 0);
    near(fleet.fleet.totals[FLEET_BAD], 0.4, 1e-6);
    near(fleet.fleet.totals[FLEET_ALL], 0.8, 1e-6);
  });

  test('cleared evidence is none, as of now', () => {
    const fleet = world(1);
    countEvidence(fleet.ledger, fleet.fleet, 0, true);
    fleet.fleet.totals[FLEET_CLOCK] = 7;
    clearEvidence(fleet.ledger, fleet.fleet, 0);
    assert.deepEqual([column(fleet, 0, BAD), column(fleet, 0, ALL), column(fleet, 0, FLEET_TIME)], [0, 0, 7]);
  });

  test('no sequence makes a total negative or the rest of the fleet worse than .95', () => {
    const step = fc.record({
      slot: fc.nat(3),
      kind: fc.constantFrom('good', 'bad', 'bad', 'leave'),
      after: fc.double({ min: -50, max: 30_000, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const fleet = world(4);
        let now = 0;
        for (const { slot, kind, after } of steps) {
          now += after;
          if (kind === 'good') succeed(fleet, slot, now);
          else if (kind === 'bad') fail(fleet, slot, now);
          else {
            withdrawEvidence(fleet.ledger, fleet.fleet, slot);
            clearEvidence(fleet.ledger, fleet.fleet, slot);
          }
          const { totals } = fleet.fleet;
          assert.ok(totals[FLEET_BAD] >= 0 && totals[FLEET_ALL] >= 0 && totals[FLEET_CLOCK] < 1024);
          const rest = restOfFleet(fleet.ledger, fleet.fleet, slot, now, fleet.tuning);
          assert.ok(rest >= 0 && rest <= 0.95, `rest ${rest}`);
        }
      }),
    );
  });
});

describe('the ring', () => {
  const noted = (fleet: World, entries: readonly [slot: number, bad: boolean][]): void => {
    for (const [slot, bad] of entries) noteInRing(fleet.fleet, slot, bad);
  };

  test('says nothing until eight outcomes of others are in it', () => {
    const fleet = world(3);
    noted(
      fleet,
      Array.from({ length: 7 }, () => [1, true]),
    );
    assert.equal(ringShare(fleet.fleet, 0), 0);
    noted(fleet, [[2, true]]);
    near(ringShare(fleet.fleet, 0), 8 / 10, 1e-12);
  });

  test('is the bad share of the others, with two good ones for the unknown', () => {
    const fleet = world(3);
    noted(fleet, [
      ...Array.from({ length: 6 }, (): [number, boolean] => [1, true]),
      ...Array.from({ length: 6 }, (): [number, boolean] => [2, false]),
    ]);
    near(ringShare(fleet.fleet, 0), 6 / 14, 1e-12);
  });

  test('excuses nobody by its own failures', () => {
    const fleet = world(2);
    noted(fleet, [
      ...Array.from({ length: 20 }, (): [number, boolean] => [0, true]),
      ...Array.from({ length: 8 }, (): [number, boolean] => [1, false]),
    ]);
    assert.equal(ringShare(fleet.fleet, 0), 0);
    near(ringShare(fleet.fleet, 1), 20 / 22, 1e-12);
  });

  test('forgets what is older than three units of the clock', () => {
    const fleet = world(2);
    noted(
      fleet,
      Array.from({ length: 8 }, () => [1, true]),
    );
    fleet.fleet.totals[FLEET_CLOCK] = 3;
    near(ringShare(fleet.fleet, 0), 0.8, 1e-12);
    fleet.fleet.totals[FLEET_CLOCK] = 3.001;
    assert.equal(ringShare(fleet.fleet, 0), 0);
  });

  test('holds the last 32 outcomes and overwrites the oldest', () => {
    const fleet = world(2);
    noted(
      fleet,
      Array.from({ length: RING_SIZE }, () => [1, true]),
    );
    near(ringShare(fleet.fleet, 0), 32 / 34, 1e-12);
    noted(
      fleet,
      Array.from({ length: 12 }, () => [1, false]),
    );
    near(ringShare(fleet.fleet, 0), 20 / 34, 1e-12);
    noted(
      fleet,
      Array.from({ length: 20 }, () => [1, false]),
    );
    assert.equal(ringShare(fleet.fleet, 0), 0);
  });

  test('sees a fault of the whole fleet within 30 outcomes, long before the totals do', () => {
    const fleet = world(8);
    let now = 0;
    for (let outcome = 0; outcome < 4000; outcome++) succeed(fleet, outcome % 8, (now += 3));
    for (let outcome = 0; outcome < 30; outcome++) fail(fleet, outcome % 8, (now += 3));
    assert.ok(ringShare(fleet.fleet, 0) > 0.7);
    assert.ok(restOfFleet(fleet.ledger, fleet.fleet, 0, now, fleet.tuning) < 0.1);
  });
});

describe('rebasing at 1024 units', () => {
  test('keeps every reading', () => {
    // The same outcomes on a clock that begins at 0 and on one that passes 1024 on the way.
    const fresh = world(4);
    const old = world(4, {}, 1023);
    const random = seededRandom('rebase');
    for (let outcome = 0, now = 0; outcome < 600; outcome++) {
      const slot = Math.floor(random() * 4);
      const apply = random() < 0.3 ? fail : succeed;
      now += random() * 60;
      apply(fresh, slot, now);
      apply(old, slot, now);
      near(clockOf(old), (clockOf(fresh) + 1023) % 1024, 1e-6);
      near(ringShare(old.fleet, slot), ringShare(fresh.fleet, slot), 1e-9);
      for (let each = 0; each < 4; each++) {
        const [a, b] = [fresh, old].map((one) => [
          scoreOf(one.ledger, one.fleet, each, now + 700, one.settings, one.tuning),
          failureRate(
            one.ledger,
            each,
            fleetTime(one.fleet, now + 700, one.tuning),
            commonRate(one.fleet, now + 700, one.tuning),
            one.tuning,
          ),
          restOfFleet(one.ledger, one.fleet, each, now, one.tuning),
        ]);
        for (let index = 0; index < a.length; index++)
          near(b[index], a[index], 1e-3, `outcome ${outcome}, reading ${index}:`);
      }
    }
    assert.ok(clockOf(old) < 100, 'it was rebased');
  });
});
