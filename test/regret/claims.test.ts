// The claims that are absolute, on two seeds; `npm run sim:claims` measures all of them on twenty. And that the experiments
// themselves can tell: a witness sees what it should, and a bound is the textbook's.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { haleWith, measure } from 'hale/sim';
import { brownout } from '../../scripts/sim/claims/brownout.ts';
import { bursts } from '../../scripts/sim/claims/bursts.ts';
import { alarms, upperPoisson } from '../../scripts/sim/claims/false-alarms.ts';
import { known, policy } from '../../scripts/sim/claims/policies.ts';
import { sharedFaults } from '../../scripts/sim/claims/shared-faults.ts';
import { unrepeatable } from '../../scripts/sim/claims/losses.ts';
import { lossesOf, onsetsOf, wasCaught } from '../../scripts/sim/claims/witness.ts';

const SEEDS = [1, 2];

describe('the claims', () => {
  for (const group of [sharedFaults, bursts, brownout])
    test(`of ${group.name} are kept`, () => {
      const rows = group.judge(SEEDS.map((seed) => group.sample(seed)));
      assert.ok(rows.length > 0);
      assert.deepEqual(
        rows.filter(({ kept }) => kept === false),
        [],
      );
    });

  test('of a restart of one instance after the other: none lost', () => {
    for (const seed of SEEDS) assert.equal(measure(known('rolling-restart'), policy('hale'), seed).lostRequests, 0);
  });

  test('of a loss of half the fleet: at most two of each instance beyond those in flight, repeated once', () => {
    const zoneLoss = known('zone-loss');
    const onsets = onsetsOf(zoneLoss);
    assert.equal(onsets.length, 4);
    for (const seed of SEEDS) {
      const beyond = lossesOf(zoneLoss, policy('hale'), seed).filter((loss) => !wasCaught(loss, onsets));
      assert.ok(beyond.length <= 2 * onsets.length, `lost ${beyond.length} with seed ${seed}`);
    }
  });

  test('of a sound fleet: nobody is taken out within 300,000 requests of which .5 % fail', () => {
    assert.equal(alarms(4000, 300_000, 1), 0);
  });
});

describe('the experiments', () => {
  test('a fleet that is as sound has somebody taken out when two failures are enough', () => {
    const hasty = haleWith('hasty', 'two failures are enough', { settings: { circuitBreakThreshold: 2 } });
    const count = alarms(4000, 300_000, 1, hasty);
    assert.ok(count >= 3 && count <= 20, `${count} alarms`);
  });

  test('a witness sees every loss that the figures count, with the instance that it went to', () => {
    const zoneLoss = unrepeatable(known('zone-loss'));
    const losses = lossesOf(zoneLoss, policy('random'), 1);
    assert.equal(losses.length, measure(zoneLoss, policy('random'), 1).lostRequests);
    assert.ok(losses.length > 2000, `lost ${losses.length}`);
    assert.ok(losses.every(({ attempts }) => attempts.length === 1 && attempts[0].instance < 4));
    const caught = losses.filter((loss) => wasCaught(loss, onsetsOf(zoneLoss)));
    // 300 requests a second of 20 ms each: six under way, half of them there.
    assert.ok(caught.length > 0 && caught.length < 12, `in flight ${caught.length}`);
    assert.ok(caught.every(({ attempts: [first] }) => first.at <= 20_000 && first.ending === 'reset'));
  });

  test('a repeated request is seen with both of its attempts', () => {
    const losses = lossesOf(known('zone-loss'), policy('random'), 1);
    assert.ok(losses.length > 500);
    // The budget refuses some repetitions: those had one.
    const twice = losses.filter(({ attempts }) => attempts.length === 2);
    assert.ok(twice.length > 500);
    assert.ok(twice.every(({ attempts: [first, second] }) => first.instance !== second.instance));
    assert.ok(twice.every(({ attempts: [first, second] }) => second.at === first.endedAt));
  });

  test('an instance that flaps fails anew in each period', () => {
    assert.deepEqual(
      onsetsOf(known('flapping')).map(({ at }) => at),
      Array.from({ length: 15 }, (_, time) => 20_000 + 2000 * time),
    );
  });

  test('the bound of a rate is that of the tables', () => {
    assert.deepEqual(
      [0, 1, 5].map((count) => upperPoisson(count).toFixed(3)),
      ['2.996', '4.744', '10.513'],
    );
  });
});
