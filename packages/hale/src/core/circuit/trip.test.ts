// How many outcomes the sequential test needs, by simulation with fixed seeds.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../kernel/index.ts';
import { BYTES, RUN, SUSPICION, WORDS } from '../model/index.ts';
import { clearEvidence, withdrawEvidence } from '../observe/index.ts';
import { fail, near, succeed, world } from '../observe/world-fixture.test.ts';
import { exonerate, failureWeight, suspect, verdict } from './index.ts';

const THRESHOLD = 5;
const NEVER = 256;
/** More than any mean below needs: a test that never trips must end too. */
const MOST = 2_000_000;

/** Mean outcomes to a trip of an instance that fails at `baseline` and, of the rest, at `excess` more. */
function meanToTrip(baseline: number, excess: number, trips: number): number {
  const random = seededRandom(`${baseline} ${excess}`);
  const { ledger, tuning } = world();
  const weight = failureWeight(baseline, tuning);
  const failing = baseline + excess * (1 - baseline);
  let outcomes = 0;
  for (let trip = 0; trip < trips; trip++) {
    ledger.f32[SUSPICION] = 0;
    do {
      outcomes++;
      if (random() < failing) suspect(ledger, 0, weight);
      else exonerate(ledger, 0, tuning);
    } while (verdict(ledger, 0, THRESHOLD, NEVER) === 'none' && outcomes < MOST);
  }
  return outcomes / trips;
}

describe('mean outcomes to a trip, where the baseline is known', () => {
  const table: readonly [baseline: number, means: readonly [excess: number, mean: number][]][] = [
    [
      0,
      [
        [0.05, 360],
        [0.1, 87],
        [0.2, 32],
        [0.5, 12],
        [1, 5],
      ],
    ],
    [
      0.01,
      [
        [0.05, 620],
        [0.1, 122],
        [0.2, 45],
        [0.5, 15],
        [1, 7],
      ],
    ],
    [
      0.05,
      [
        [0.1, 232],
        [0.2, 83],
        [0.5, 28],
        [1, 13],
      ],
    ],
    [
      0.3,
      [
        [0.1, 1310],
        [0.2, 404],
        [0.5, 126],
        [1, 60],
      ],
    ],
  ];
  for (const [baseline, means] of table) {
    for (const [excess, mean] of means) {
      test(`are about ${mean} for ${excess * 100} % of excess over a baseline of ${baseline * 100} %`, () => {
        // Small excesses wait for a rare cluster: their means scatter as widely as an exponential.
        const [trips, tolerance] = excess < 0.1 ? [200, 0.3] : [600, 0.12];
        near(meanToTrip(baseline, excess, trips), mean, excess === 1 ? 0.01 : mean * tolerance);
      });
    }
  }
});

describe('in a fleet of eight whose baseline must be learned', () => {
  /** Outcomes of slot 0 per trip, when it fails at `failing` and the others at `baseline`. */
  function meanInFleet(baseline: number, failing: number, trips: number): number {
    const fleet = world(8, { preset: 'serving' });
    const { ledger } = fleet;
    const random = seededRandom(`fleet ${baseline} ${failing}`);
    let now = 0;
    let tripped = 0;
    let outcomes = 0;
    for (let outcome = 0; tripped < trips && outcome < MOST; outcome++) {
      const slot = outcome % 8;
      now += 3;
      const isWarm = outcome > 4000;
      if (isWarm && slot === 0) outcomes++;
      if (random() >= (isWarm && slot === 0 ? failing : baseline)) succeed(fleet, slot, now);
      else if (fail(fleet, slot, now) !== 'none' || !isWarm) {
        ledger.f32[slot * WORDS + SUSPICION] = 0;
        ledger.u8[slot * BYTES + RUN] = 0;
        if (slot === 0 && isWarm) {
          tripped++;
          withdrawEvidence(ledger, fleet.fleet, 0);
          clearEvidence(ledger, fleet.fleet, 0);
        }
      }
    }
    return outcomes / trips;
  }

  test('half of all requests failing on one trips it in about a dozen, fifteen or thirty outcomes', () => {
    for (const [baseline, mean] of [
      [0, 12],
      [0.01, 15],
      [0.05, 28],
    ] as const) {
      near(meanInFleet(baseline, baseline + 0.5 * (1 - baseline), 400), mean, mean * 0.15, `baseline ${baseline}:`);
    }
  });

  test('one that always fails trips in five, seven or thirteen outcomes', () => {
    for (const [baseline, mean] of [
      [0, 5],
      [0.01, 7],
      [0.05, 13],
    ] as const) {
      near(meanInFleet(baseline, 1, 200), mean, mean * 0.15, `baseline ${baseline}:`);
    }
  });

  test('noise of 1 % that everybody shows trips nobody in a million outcomes', () => {
    const fleet = world(8, { preset: 'serving' });
    const random = seededRandom('noise');
    for (let outcome = 0; outcome < 1e6; outcome++) {
      const slot = outcome & 7;
      if (random() >= 0.01) succeed(fleet, slot, outcome * 3);
      else assert.equal(fail(fleet, slot, outcome * 3), 'none', `outcome ${outcome}`);
    }
  });

  test('a fault that begins everywhere at once, of 60 %, trips nobody by comparison', () => {
    const fleet = world(8, { preset: 'serving', runFactor: 50 });
    const random = seededRandom('onset');
    let now = 0;
    for (let outcome = 0; outcome < 4000; outcome++) succeed(fleet, outcome % 8, (now += 3));
    for (let outcome = 0; outcome < 10_000; outcome++) {
      if (random() >= 0.6) succeed(fleet, outcome % 8, (now += 3));
      else assert.equal(fail(fleet, outcome % 8, (now += 3)), 'none', `outcome ${outcome}`);
    }
  });
});
