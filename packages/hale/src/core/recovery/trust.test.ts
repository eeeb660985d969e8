import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BYTES, FLAGS, GROWING, INVERSE_WEIGHT, LEVEL, SHARE, SUSPICION, TRUST_AT, WORDS } from '../model/index.ts';
import type { SettingsInput } from '../model/index.ts';
import type { World } from '../observe/world-fixture.test.ts';
import { near, world } from '../observe/world-fixture.test.ts';
import { beginSlowStart, distrust, noteTrust, rescaleShare, setTrust, shareOf, trustOf } from './index.ts';

const trust = (of: World, now = 0, slot = 1, largest = 1): number =>
  trustOf(of.ledger, slot, now, largest, of.settings);
const share = (of: World, now = 0, slot = 1, largest = 1): number =>
  shareOf(of.ledger, slot, now, largest, of.settings);
const good = (of: World, now = 0, largest = 1): void =>
  noteTrust(of.ledger, 1, false, now, largest, of.settings, of.tuning);
const bad = (of: World, now = 0, largest = 1): void =>
  noteTrust(of.ledger, 1, true, now, largest, of.settings, of.tuning);
const isGrowing = ({ ledger }: World): boolean => (ledger.u8[BYTES + FLAGS] & GROWING) !== 0;

function starting(knobs: SettingsInput = {}, level = 0, now = 0): World {
  const of = world(2, knobs);
  of.ledger.u8[BYTES + LEVEL] = level;
  beginSlowStart(of.ledger, 1, now, of.tuning.firstTrust, 1, of.settings);
  return of;
}

describe('slow start', () => {
  test('begins at a tenth of the share', () => {
    const of = starting();
    near(trust(of), 0.1, 1e-7);
    near(share(of), 0.1, 1e-7);
    assert.equal(isGrowing(of), true);
    assert.equal(trust(of, 0, 0), 1, 'the others are trusted');
  });

  test('doubles every 2 s and is full after 7', () => {
    const of = starting();
    near(trust(of, 1000), 0.1 * Math.SQRT2, 1e-6);
    near(trust(of, 2000), 0.2, 1e-6);
    near(trust(of, 4000), 0.4, 1e-6);
    near(share(of, 6000), 0.8, 1e-6);
    assert.equal(trust(of, 6645), 1);
    assert.equal(share(of, 1e9), 1);
  });

  test('follows the slowStart that is set', () => {
    near(trust(starting({ slowStart: '1m' }), 60_000), 0.2, 1e-6);
  });

  test('of 0 is full trust at once', () => {
    const of = starting({ slowStart: 0 });
    assert.equal(trust(of), 1);
    assert.equal(isGrowing(of), false);
  });

  test('grows over 2^31 and 2^32 ms, and stands still when the clock goes back', () => {
    for (const now of [2 ** 31 - 500, 2 ** 32 - 500]) {
      const of = starting({}, 0, now);
      near(trust(of, now + 2000), 0.2, 1e-6);
      near(trust(of, now - 5000), 0.1, 1e-6);
      near(share(of, now - 5000), 0.1, 1e-6);
    }
  });

  test('grows by a tenth with each good outcome, beside what time gives', () => {
    const of = starting();
    good(of);
    near(trust(of), 0.11, 1e-6);
    good(of, 2000);
    near(trust(of, 2000), 0.242, 1e-6);
    assert.equal(of.ledger.i32[WORDS + TRUST_AT], 2000);
  });

  test('ends with full trust, which no good outcome exceeds', () => {
    const of = starting();
    for (let outcome = 0; outcome < 24; outcome++) good(of);
    near(trust(of), 0.1 * 1.1 ** 24, 1e-5);
    assert.equal(isGrowing(of), true);
    good(of);
    assert.equal(trust(of), 1);
    assert.equal(share(of), 1);
    assert.equal(isGrowing(of), false);
  });

  test('of a newcomer is not slowed by a failure: only probation halves', () => {
    const of = starting({}, 0);
    bad(of);
    near(trust(of), 0.1, 1e-6);
  });
});

describe('probation', () => {
  test('halves trust with each bad outcome, down to .05', () => {
    const of = starting({}, 1);
    setTrust(of.ledger, 1, 0, 0.8, 1);
    bad(of);
    near(trust(of), 0.4, 1e-6);
    bad(of, 2000); // it had doubled
    near(trust(of, 2000), 0.4, 1e-6);
    for (let outcome = 0; outcome < 5; outcome++) bad(of, 2000);
    near(trust(of, 2000), 0.05, 1e-7);
  });

  test('halves full trust too', () => {
    const of = world(2);
    of.ledger.u8[BYTES + LEVEL] = 1;
    bad(of);
    near(trust(of), 0.5, 1e-7);
    assert.equal(isGrowing(of), true);
  });

  test('halves nothing where slow start is off', () => {
    const of = starting({ slowStart: 0 }, 1);
    bad(of);
    assert.equal(trust(of), 1);
  });

  test('ends once trust is full and nothing is left against the instance', () => {
    const of = starting({}, 3);
    of.ledger.f32[WORDS + SUSPICION] = 0.5;
    setTrust(of.ledger, 1, 0, 0.95, 1);
    good(of);
    assert.deepEqual([trust(of), of.ledger.u8[BYTES + LEVEL]], [1, 3]);
    of.ledger.f32[WORDS + SUSPICION] = 0;
    setTrust(of.ledger, 1, 0, 0.5, 1);
    good(of);
    assert.equal(of.ledger.u8[BYTES + LEVEL], 3);
    setTrust(of.ledger, 1, 0, 1, 1);
    good(of);
    assert.equal(of.ledger.u8[BYTES + LEVEL], 0);
  });

  test('a share below the one at which it fails is where a partial recovery rests', () => {
    // It fails whenever it is trusted with more than .3.
    const of = starting({}, 2);
    let sum = 0;
    for (let outcome = 0; outcome < 2000; outcome++) {
      const now = outcome * 20;
      if (trust(of, now) > 0.3) bad(of, now);
      else good(of, now);
      sum += trust(of, now) / 2000;
    }
    assert.ok(sum > 0.12 && sum < 0.3, `${sum}`);
  });

  test('an instance that is trusted and off probation is not written to', () => {
    const of = world(2);
    good(of, 5000);
    bad(of, 5000);
    assert.deepEqual([of.ledger.i32[WORDS + TRUST_AT], trust(of)], [0, 1]);
    of.ledger.f32[WORDS + SHARE] = 0.999; // as it reads, whatever rounding has left in its share
    assert.equal(trust(of), 1);
  });

  test('distrust halves once, down to .05, and grows back', () => {
    const of = world(2);
    distrust(of.ledger, 1, 1000, 1, of.settings, of.tuning);
    near(trust(of, 1000), 0.5, 1e-7);
    near(trust(of, 3000), 1, 1e-7);
    for (let time = 0; time < 9; time++) distrust(of.ledger, 1, 1000, 1, of.settings, of.tuning);
    near(trust(of, 1000), 0.05, 1e-7);
    const off = world(2, { slowStart: 0 });
    distrust(off.ledger, 1, 0, 1, off.settings, off.tuning);
    assert.equal(trust(off), 1);
  });
});

describe('with weights', () => {
  const weighted = (weight: number, level = 0): World => {
    const of = world(2);
    of.ledger.f32[WORDS + INVERSE_WEIGHT] = 1 / weight;
    of.ledger.u8[BYTES + LEVEL] = level;
    setTrust(of.ledger, 1, 0, 0.4, 8);
    return of;
  };

  test('a share is trust x weight / the largest weight', () => {
    for (const weight of [1, 2, 3, 8]) {
      const of = weighted(weight);
      near(of.ledger.f32[WORDS + SHARE], (0.4 * weight) / 8, 1e-6);
      near(trust(of, 0, 1, 8), 0.4, 1e-6);
      near(share(of, 2000, 1, 8), (0.8 * weight) / 8, 1e-6);
      near(share(of, 60_000, 1, 8), weight / 8, 1e-6, 'full:');
      assert.equal(trust(of, 60_000, 1, 8), 1);
    }
  });

  test('outcomes move trust, whatever the weight', () => {
    const of = weighted(3, 1);
    bad(of, 0, 8);
    near(trust(of, 0, 1, 8), 0.2, 1e-6);
    good(of, 0, 8);
    near(trust(of, 0, 1, 8), 0.22, 1e-6);
    near(of.ledger.f32[WORDS + SHARE], (0.22 * 3) / 8, 1e-6);
    distrust(of.ledger, 1, 0, 8, of.settings, of.tuning);
    near(trust(of, 0, 1, 8), 0.11, 1e-6);
  });

  test('rescaling keeps trust, and its growth, when the largest or the own weight changes', () => {
    const of = weighted(2);
    rescaleShare(of.ledger, 1, 2, 8, 20);
    near(trust(of, 0, 1, 20), 0.4, 1e-6);
    near(share(of, 0, 1, 20), 0.04, 1e-6);
    rescaleShare(of.ledger, 1, 10, 20, 20);
    near(trust(of, 0, 1, 20), 0.4, 1e-6);
    near(share(of, 0, 1, 20), 0.2, 1e-6);
    near(of.ledger.f32[WORDS + INVERSE_WEIGHT], 0.1, 1e-7);
    near(trust(of, 2000, 1, 20), 0.8, 1e-6);
  });

  test('rescaling a trusted instance gives exactly its weight’s share', () => {
    const of = world(2);
    rescaleShare(of.ledger, 1, 5, 3, 7);
    near(of.ledger.f32[WORDS + SHARE], 5 / 7, 1e-7);
    assert.equal(of.ledger.u8[BYTES + FLAGS] & GROWING, 0);
    near(share(of, 1e6, 1, 7), 5 / 7, 1e-7);
    assert.equal(trust(of, 1e6, 1, 7), 1);
  });

  test('a trusted share is read as it is written', () => {
    const of = world(2);
    of.ledger.f32[WORDS + SHARE] = 0.25;
    assert.equal(share(of, 5000), 0.25);
  });
});
