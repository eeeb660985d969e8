// What holds after every door, whatever was called before: invariants 3, 4, 5, 6, 10, 11 and 12 of the engine. Each is one
// test over random sequences of all doors; the circuit's own moves have a model of their own (circuit-model.test.ts).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BYTES, EPOCH, FLAGS, FLEET_TIME, FORCED, HALF_WORDS, INVERSE_WEIGHT, IN_FLIGHT, MODE, POSITION, REFUSE_UNTIL, SAFE_AT, SHARE, WORDS } from '../model/index.ts';
import type { InstanceSnapshot } from '../model/index.ts';
import { Player, door, jump, scenario } from './doors-fixture.test.ts';

const RUNS = { numRuns: 300 };

test('what is in flight is what was granted less what was settled, of each instance and of the service, and never below zero', () => {
  fc.assert(
    fc.property(scenario(), (drawn) => {
      const player = new Player(drawn);
      player.play(drawn.doors, () => {
        const { state } = player.rig.engine;
        const open = player.granted.filter(({ isSettled }) => !isSettled);
        assert.equal(state.counts[1], open.reduce((sum, { cost }) => sum + cost, 0));
        for (const [id, slot] of state.slots) {
          const own = open.filter(({ lease }) => lease.slot === slot && lease.generation === state.ledger.generation[slot]);
          assert.equal(state.ledger.i32[slot * WORDS + IN_FLIGHT], own.reduce((sum, { cost }) => sum + cost, 0), id);
        }
      });
    }),
    RUNS,
  );
});

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
        const isStale = isSettled || lease.generation !== state.ledger.generation[slot] || lease.epoch !== state.ledger.u16[slot * HALF_WORDS + EPOCH];
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

test('at most one trial of an instance is out, however many ask, and everybody else is answered at once', () => {
  fc.assert(
    fc.property(scenario(), fc.integer({ min: 2, max: 40 }), (drawn, askers) => {
      const player = new Player(drawn);
      player.play(drawn.doors);
      for (let i = 0; i < askers; i++) {
        player.pick({ replayable: i % 2 === 0 });
        const { ledger } = player.rig.engine.state;
        for (const id of player.present.keys()) {
          const out = player.granted.filter(({ lease, isSettled }) => !isSettled && lease.trial && lease.instance.id === id && lease.generation === ledger.generation[lease.slot] && lease.epoch === ledger.u16[lease.slot * HALF_WORDS + EPOCH]);
          assert.ok(out.length <= 1, `${out.length} trials of ${id}`);
        }
      }
    }),
    RUNS,
  );
});

test('a trial that is ignored gives its place back', () => {
  fc.assert(
    fc.property(scenario(), (drawn) => {
      const player = new Player(drawn);
      player.play(drawn.doors);
      for (let i = 0; i < 30; i++) {
        const lease = player.pick({ replayable: true });
        if (lease?.trial !== true) continue;
        lease.ignore({ now: player.rig.now });
        player.granted.at(-1)!.isSettled = true;
        assert.equal(player.rig.engine.inspect(player.rig.now).instances.find(({ id }) => id === lease.instance.id)?.evidence.goodTrials !== undefined, true);
        assert.equal(player.rig.engine.state.ledger.u8[lease.slot * BYTES + 59] & 15, 0);
      }
    }),
    RUNS,
  );
});

test('an open circuit is picked by nobody before its window, but by a request that may be sent again once that is safe, and by panic', () => {
  fc.assert(
    fc.property(scenario(), (drawn) => {
      const player = new Player(drawn);
      const { rig } = player;
      const { ledger } = rig.engine.state;
      for (const one of drawn.doors) {
        if (one.door !== 'pick') {
          player.open(one);
          continue;
        }
        const before = new Map(rig.engine.inspect(rig.now).instances.map((instance) => [instance.id, instance]));
        const lease = player.pick({ replayable: one.replayable });
        if (lease === undefined || before.get(lease.instance.id)!.circuit !== 'open') continue;
        const at = lease.slot * WORDS;
        const isDue = ((rig.now - ledger.i32[at + REFUSE_UNTIL]) | 0) >= 0 || (one.replayable && ((rig.now - ledger.i32[at + SAFE_AT]) | 0) >= 0);
        if (lease.trial) assert.ok(isDue, 'a trial before its time');
        else assert.equal(rig.settings.whenTooFewHealthy, 'panic');
      }
    }),
    RUNS,
  );
});

test('refuse never picks while fewer than the minimum are eligible, and panic always answers while one is ready', () => {
  fc.assert(
    fc.property(scenario(), (drawn) => {
      const player = new Player(drawn);
      const { rig } = player;
      for (const one of drawn.doors) {
        if (one.door !== 'pick') {
          player.open(one);
          continue;
        }
        const { instances } = rig.engine.inspect(rig.now);
        const eligible = instances.filter((instance) => mayBePicked(player, instance, one.replayable)).length;
        const lease = player.pick({ replayable: one.replayable });
        if (rig.settings.whenTooFewHealthy === 'refuse') {
          if (lease !== undefined) assert.ok(eligible >= rig.settings.minHealthyInstances, `${eligible} were eligible`);
        } else if (lease === undefined && rig.engine.refusal !== 'full') {
          const willing = instances.filter((instance) => instance.mode === 'ready' && !(instance.evidence.forced && instance.circuit === 'open') && !isFull(player, instance));
          assert.deepEqual(willing.map(({ id }) => id), []);
        }
      }
    }),
    RUNS,
  );
});

test('who is picked is in the present set, by identity, ready, and not among the excluded', () => {
  fc.assert(
    fc.property(scenario(), (drawn) => {
      const player = new Player(drawn);
      const { rig } = player;
      for (const one of drawn.doors) {
        if (one.door === 'pick') {
          const exclude = one.exclude.map((index) => 'abcdefghij'[index]);
          const lease = player.pick({ ...one, exclude });
          if (lease === undefined) continue;
          assert.equal(lease.instance, player.present.get(lease.instance.id));
          assert.equal(rig.engine.state.ledger.u8[lease.slot * BYTES + MODE], 0);
          assert.ok(!exclude.includes(lease.instance.id));
        } else if (one.door === 'select') {
          const before = new Map(player.present);
          const chosen = player.select(one.mask);
          if (chosen !== undefined) assert.ok(player.present.get(chosen.id) === chosen || before.get(chosen.id) === chosen);
        } else player.open(one);
      }
    }),
    RUNS,
  );
});

test('limits hold: a request is admitted only while the service and the instance are below theirs', () => {
  fc.assert(
    fc.property(scenario(), (drawn) => {
      const player = new Player(drawn);
      const { rig } = player;
      const { limits } = rig.settings;
      for (const one of drawn.doors) {
        if (one.door !== 'pick') {
          player.open(one);
          continue;
        }
        const total = rig.engine.state.counts[1];
        const lease = player.pick({ cost: one.cost });
        if (lease === undefined) continue;
        assert.ok(total < limits.maxInFlight);
        assert.ok(rig.engine.state.ledger.i32[lease.slot * WORDS + IN_FLIGHT] - one.cost < limits.maxInFlightPerInstance);
      }
    }),
    RUNS,
  );
});

test('the share of open circuits stays at the cap, unless connections are refused, checks fail, or an operator says so', () => {
  const gentle = door.filter((one) => one.door !== 'check' && one.door !== 'override' && one.door !== 'update' && one.door !== 'select');
  fc.assert(
    fc.property(scenario(gentle, 80, { ejectionCap: 0.5 }), (drawn) => {
      const player = new Player(drawn);
      player.play(drawn.doors.filter((one) => !('cause' in one) || (one.cause !== 'connect' && one.cause !== 'check')), () => {
        const { instances } = player.rig.engine.inspect(player.rig.now);
        assert.ok(instances.filter(({ circuit }) => circuit !== 'closed').length <= 2);
      });
    }),
    RUNS,
  );
});

test('the last instance stays closed in panic mode, whatever it does', () => {
  fc.assert(
    fc.property(scenario(door.filter((one) => one.door !== 'override' && one.door !== 'update' && one.door !== 'select'), 80, { whenTooFewHealthy: 'panic', ejectionCap: 1 }), (drawn) => {
      const player = new Player(drawn);
      player.play(drawn.doors, () => assert.ok(player.rig.engine.inspect(player.rig.now).instances.some(({ circuit }) => circuit === 'closed')));
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
      assert.deepEqual(one.granted.map(({ lease }) => lease.instance.id), other.granted.map(({ lease }) => lease.instance.id));
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
      assert.deepEqual(survivors.map((id) => record(player, state.slots.get(id)!, true)), before);
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
        for (let at = 0; at < f32.length; at++) if (at % WORDS <= FLEET_TIME) assert.ok(Number.isFinite(f32[at]), `column ${at % WORDS} after ${JSON.stringify(one)}`);
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
      const idle = Math.max(0, player.rig.now - fleet.totals[3]) / 10_000;
      const total = fleet.totals[1] / (1 + idle + (idle * idle) / 2);
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
  assert.ok(evidence.goodTrials >= 0 && evidence.goodTrials <= 15, say);
  assert.ok(evidence.forecastMs === null || (evidence.forecastMs >= 0 && evidence.forecastMs <= 120_000), say);
}

// The 64 bytes of a record, less what a settlement may always touch (in flight and progress), or what an update may.
function record(player: Player, slot: number, byUpdate = false): number[] {
  const { ledger } = player.rig.engine.state;
  const bytes = ledger.u8.slice(slot * BYTES, (slot + 1) * BYTES);
  const skipped = byUpdate ? [SHARE, INVERSE_WEIGHT, POSITION] : [IN_FLIGHT, 8];
  for (const word of skipped) bytes.fill(0, word * 4, word * 4 + 4);
  if (byUpdate) bytes[FLAGS] &= ~128;
  return [...bytes];
}

function mayBePicked(player: Player, instance: InstanceSnapshot, replayable: boolean): boolean {
  if (instance.eligible) return true;
  const { ledger } = player.rig.engine.state;
  const slot = player.rig.slot(instance.id);
  if (instance.mode !== 'ready' || instance.evidence.pausedForMs !== null || (ledger.u8[slot * BYTES + FLAGS] & FORCED) !== 0) return false;
  return replayable && instance.circuit === 'open' && ((player.rig.now - ledger.i32[slot * WORDS + SAFE_AT]) | 0) >= 0;
}

function isFull(player: Player, instance: InstanceSnapshot): boolean {
  const { settings, engine } = player.rig;
  const adaptive = engine.state.limit?.limitOf(player.rig.slot(instance.id)) ?? Infinity;
  return instance.inFlight >= Math.min(adaptive, settings.limits.maxInFlightPerInstance);
}
