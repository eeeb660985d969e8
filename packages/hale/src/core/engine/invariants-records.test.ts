// What holds of the records after every door, whatever was called before: determinism, what an update leaves alone, ranges,
// totals (invariants 3, 10, 11 and 12 of the engine).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  BYTES,
  EPOCH,
  FLAGS,
  FLEET_ALL,
  FLEET_TIME,
  HALF_WORDS,
  INVERSE_WEIGHT,
  IN_FLIGHT,
  LAST_OUTCOME,
  LISTED,
  POSITION,
  PROGRESS_AT,
  SHARE,
  WORDS,
  GENERATION,
  SIDE,
} from '../model/index.ts';
import type { InstanceSnapshot } from '../model/index.ts';
import { Player, door, jump, scenario } from './doors-fixture.test.ts';

const RUNS = { numRuns: 300 };

test('a lease of an earlier epoch, of another tenant, or settled before, moves no circuit, score or evidence', () => {
  fc.assert(
    fc.property(scenario(), (drawn) => {
      const player = new Player(drawn);
      const { rig } = player;
      const { state } = rig.engine;
      for (const one of drawn.doors) {
        if (one.door !== 'settle' || player.granted.length === 0 || one.end === 'twice') {
          player.open(one);
          continue;
        }
        const { lease, isSettled } = player.granted[one.which % player.granted.length];
        const { slot } = lease;
        const isStale =
          isSettled ||
          lease.generation !== state.ledger.side[slot * SIDE + GENERATION] ||
          lease.epoch !== state.ledger.u16[slot * HALF_WORDS + EPOCH];
        const before = record(player, slot);
        player.open(one);
        // A 429 pauses whatever the epoch, and a pause moves the instance to the other list.
        const pauses = one.end === 'fail' && one.cause === 'overload';
        if (isStale && !pauses) assert.deepEqual(record(player, slot), before);
      }
    }),
    RUNS,
  );
});

test('the same seed, clock and calls give the same picks and the same records, bit for bit', () => {
  fc.assert(
    fc.property(scenario(fc.oneof({ weight: 20, arbitrary: door }, { weight: 1, arbitrary: jump })), (drawn) => {
      const [one, other] = [new Player(drawn), new Player(drawn)];
      one.play(drawn.doors);
      other.play(drawn.doors);
      assert.deepEqual(
        one.granted.map(({ lease }) => lease.instance.id),
        other.granted.map(({ lease }) => lease.instance.id),
      );
      assert.deepEqual(one.rig.engine.state.ledger.u8, other.rig.engine.state.ledger.u8);
      assert.deepEqual(one.rig.facts.since(0), other.rig.facts.since(0));
    }),
    { numRuns: 100 },
  );
});

test('an update leaves the records of survivors as they were, to the bit, but for weight and share', () => {
  fc.assert(
    fc.property(scenario(), fc.integer({ min: 0, max: 1023 }), fc.nat(9), (drawn, mask, heavy) => {
      const player = new Player(drawn);
      player.play(drawn.doors);
      const { state } = player.rig.engine;
      const survivors = [...player.present.keys()].filter((id) => (mask & (1 << 'abcdefghij'.indexOf(id))) !== 0);
      const before = survivors.map((id) => record(player, state.slots.get(id)!, true));
      player.update(mask, heavy, 9);
      assert.deepEqual(
        survivors.map((id) => record(player, state.slots.get(id)!, true)),
        before,
      );
    }),
    RUNS,
  );
});

test('every number is finite and in its range under any calls and any time: standing still, jumping ahead, going back', () => {
  fc.assert(
    fc.property(scenario(fc.oneof({ weight: 12, arbitrary: door }, { weight: 1, arbitrary: jump })), (drawn) => {
      const player = new Player(drawn);
      player.play(drawn.doors, (one) => {
        const { eligible, instances } = player.rig.engine.inspect(player.rig.now);
        assert.ok(eligible >= 0 && eligible <= instances.length);
        assert.deepEqual(instances.map(({ id }) => id).sort(), [...player.present.keys()].sort());
        for (const instance of instances) inRange(instance, JSON.stringify(one));
        player.rig.engine.explain(undefined, player.rig.now);
        const next = player.rig.engine.nextChangeInMs(player.rig.now);
        assert.ok(next === undefined || (next >= 0 && next < 2 ** 31));
        const { f32 } = player.rig.engine.state.ledger;
        for (let at = 0; at < f32.length; at++)
          if (at % WORDS <= FLEET_TIME)
            assert.ok(Number.isFinite(f32[at]), `column ${at % WORDS} after ${JSON.stringify(one)}`);
      });
    }),
    RUNS,
  );
});

test('totals of the fleet stay what the instances add up to, however they come, go, trip and return', () => {
  fc.assert(
    fc.property(scenario(), (drawn) => {
      const player = new Player(drawn);
      player.play(drawn.doors);
      const { fleet } = player.rig.engine.state;
      const closed = player.rig.engine.inspect(player.rig.now).instances.filter(({ circuit }) => circuit === 'closed');
      const own = closed.reduce((sum, { evidence }) => sum + evidence.all, 0);
      const idle = Math.max(0, player.rig.now - fleet.totals[LAST_OUTCOME]) / 10_000;
      const total = fleet.totals[FLEET_ALL] / (1 + idle + (idle * idle) / 2);
      // The totals fade in many short steps and the instances in few long ones, which forget less.
      assert.ok(total <= own * 1.01 + 0.01, `the totals say ${total}, the instances ${own}`);
    }),
    RUNS,
  );
});

function inRange(instance: InstanceSnapshot, when: string): void {
  const { score, slowness, inFlight, evidence, nextChangeInMs } = instance;
  const say = `${when} -> ${JSON.stringify(instance)}`;
  assert.ok(score >= 0 && score <= 1, say);
  assert.ok(slowness > 0 && Number.isFinite(slowness), say);
  assert.ok(Number.isInteger(inFlight) && inFlight >= 0, say);
  assert.ok(nextChangeInMs === null || (nextChangeInMs >= 0 && Number.isFinite(nextChangeInMs)), say);
  assert.ok(evidence.bad >= 0 && evidence.bad <= evidence.all * 1.0001 + 1e-6 && Number.isFinite(evidence.all), say);
  assert.ok(evidence.suspicion >= 0 && evidence.suspicion <= 2 * evidence.threshold + 1, say);
  assert.ok(evidence.failureRate >= 0 && evidence.failureRate <= 1, say);
  assert.ok(evidence.baseline >= 0 && evidence.baseline <= 1, say);
  assert.ok(evidence.trust > 0 && evidence.trust <= 1, say);
  assert.ok(evidence.latencyMs === null || (evidence.latencyMs >= 0.04 && evidence.latencyMs <= 1.0001e7), say);
  assert.ok(evidence.learnedRate === null || (evidence.learnedRate >= 1 && evidence.learnedRate <= 1e9), say);
  assert.ok(evidence.goodTrials >= 0 && evidence.goodTrials <= 15, say);
  assert.ok(evidence.forecastMs === null || (evidence.forecastMs >= 0 && evidence.forecastMs <= 120_000), say);
}

// The 64 bytes of a record, less what a settlement may always touch (in flight and progress), or what an update may.
function record(player: Player, slot: number, byUpdate = false): number[] {
  const { ledger } = player.rig.engine.state;
  const bytes = ledger.u8.slice(slot * BYTES, (slot + 1) * BYTES);
  const skipped = byUpdate ? [SHARE, INVERSE_WEIGHT, POSITION] : [IN_FLIGHT, PROGRESS_AT];
  for (const word of skipped) bytes.fill(0, word * 4, word * 4 + 4);
  if (byUpdate) bytes[FLAGS] &= ~LISTED;
  return [...bytes];
}
