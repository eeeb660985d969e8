// What holds after every door, whatever was called before. Each invariant is a test of its own over random sequences of all
// doors. Where the engine's fourteen invariants are held:
//
//    1, 2, 7, 8, 9, 14   invariants-evidence.test.ts
//    3                   in flight here; stale leases in invariants-records.test.ts
//    4, 5, 6             here, and every move of a circuit in circuit-model.test.ts
//   10, 11, 12           invariants-records.test.ts; time in time.test.ts; the bound on looks in the suite of strategies
//   13                   liveness.test.ts

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  BYTES,
  EPOCH,
  FLAGS,
  FORCED,
  HALF_WORDS,
  IN_FLIGHT,
  MODE,
  REFUSE_UNTIL,
  SAFE_AT,
  TRIALS,
  WORDS,
  GENERATION,
  SIDE,
} from '../model/index.ts';
import type { InstanceSnapshot } from '../model/index.ts';
import { TOTAL_IN_FLIGHT } from './counters.ts';
import { Player, door, scenario } from './doors-fixture.test.ts';

const RUNS = { numRuns: 300 };

test('what is in flight is what was granted less what was settled, of each instance and of the service, and never below zero', () => {
  fc.assert(
    fc.property(scenario(), (drawn) => {
      const player = new Player(drawn);
      player.play(drawn.doors, () => {
        const { state } = player.rig.engine;
        const open = player.granted.filter(({ isSettled }) => !isSettled);
        assert.equal(
          state.counts[TOTAL_IN_FLIGHT],
          open.reduce((sum, { cost }) => sum + cost, 0),
        );
        for (const [id, slot] of state.slots) {
          const own = open.filter(
            ({ lease }) => lease.slot === slot && lease.generation === state.ledger.side[slot * SIDE + GENERATION],
          );
          assert.equal(
            state.ledger.i32[slot * WORDS + IN_FLIGHT],
            own.reduce((sum, { cost }) => sum + cost, 0),
            id,
          );
        }
      });
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
          const out = player.granted.filter(
            ({ lease, isSettled }) =>
              !isSettled &&
              lease.trial &&
              lease.instance.id === id &&
              lease.generation === ledger.side[lease.slot * SIDE + GENERATION] &&
              lease.epoch === ledger.u16[lease.slot * HALF_WORDS + EPOCH],
          );
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
        assert.equal(player.rig.engine.state.ledger.u8[lease.slot * BYTES + TRIALS] & 15, 0);
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
        const isDue =
          ((rig.now - ledger.i32[at + REFUSE_UNTIL]) | 0) >= 0 ||
          (one.replayable && ((rig.now - ledger.i32[at + SAFE_AT]) | 0) >= 0);
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
          const willing = instances.filter(
            (instance) =>
              instance.mode === 'ready' &&
              !(instance.evidence.forced && instance.circuit === 'open') &&
              !isFull(player, instance),
          );
          assert.deepEqual(
            willing.map(({ id }) => id),
            [],
          );
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
          if (chosen !== undefined)
            assert.ok(player.present.get(chosen.id) === chosen || before.get(chosen.id) === chosen);
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
        const total = rig.engine.state.counts[TOTAL_IN_FLIGHT];
        const lease = player.pick({ cost: one.cost });
        if (lease === undefined) continue;
        assert.ok(total < limits.maxInFlight);
        assert.ok(
          rig.engine.state.ledger.i32[lease.slot * WORDS + IN_FLIGHT] - one.cost < limits.maxInFlightPerInstance,
        );
      }
    }),
    RUNS,
  );
});

test('the share of open circuits stays at the cap, unless connections are refused, checks fail, or an operator says so', () => {
  const gentle = door.filter(
    (one) => one.door !== 'check' && one.door !== 'override' && one.door !== 'update' && one.door !== 'select',
  );
  fc.assert(
    fc.property(scenario(gentle, 80, { ejectionCap: 0.5 }), (drawn) => {
      const player = new Player(drawn);
      player.play(
        drawn.doors.filter((one) => !('cause' in one) || (one.cause !== 'connect' && one.cause !== 'check')),
        () => {
          const { instances } = player.rig.engine.inspect(player.rig.now);
          assert.ok(instances.filter(({ circuit }) => circuit !== 'closed').length <= 2);
        },
      );
    }),
    RUNS,
  );
});

test('the last instance stays closed in panic mode, whatever it does', () => {
  fc.assert(
    fc.property(
      scenario(
        door.filter((one) => one.door !== 'override' && one.door !== 'update' && one.door !== 'select'),
        80,
        { whenTooFewHealthy: 'panic', ejectionCap: 1 },
      ),
      (drawn) => {
        const player = new Player(drawn);
        player.play(drawn.doors, () =>
          assert.ok(player.rig.engine.inspect(player.rig.now).instances.some(({ circuit }) => circuit === 'closed')),
        );
      },
    ),
    RUNS,
  );
});

function mayBePicked(player: Player, instance: InstanceSnapshot, replayable: boolean): boolean {
  if (instance.eligible) return true;
  const { ledger } = player.rig.engine.state;
  const slot = player.rig.slot(instance.id);
  if (
    instance.mode !== 'ready' ||
    instance.evidence.pausedForMs !== null ||
    (ledger.u8[slot * BYTES + FLAGS] & FORCED) !== 0
  )
    return false;
  return replayable && instance.circuit === 'open' && ((player.rig.now - ledger.i32[slot * WORDS + SAFE_AT]) | 0) >= 0;
}

function isFull(player: Player, instance: InstanceSnapshot): boolean {
  const { settings, engine } = player.rig;
  const adaptive = engine.state.limit?.limitOf(player.rig.slot(instance.id)) ?? Infinity;
  return instance.inFlight >= Math.min(adaptive, settings.limits.maxInFlightPerInstance);
}
