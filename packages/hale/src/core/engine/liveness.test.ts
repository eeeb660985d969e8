// Invariant 13: nothing is forgotten. From any state that calls can reach, with good outcomes on offer, every instance that
// an operator allows is tried again in bounded time, and no mode deadlocks.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Player, door, scenario, silence } from './doors-fixture.test.ts';
import { instancesOf, rigOf } from './engine-fixture.test.ts';

const STEP_MS = 500;
/** 4 windows of 10 s, doubled by jitter; 4 more for failing checks; a pause of 300 s doubled; evidence and trials. */
const BOUND_MS = 80_000 + 40_000 + 600_000 + 180_000;

describe('from any state', () => {
  for (const replayable of [false, true]) {
    test(`every ready instance is restored and picked again, with requests that may ${replayable ? '' : 'not '}be sent again`, () => {
      const drawn = scenario(fc.oneof({ weight: 25, arbitrary: door }, { weight: 1, arbitrary: silence }), 60, {
        forgetAfter: '600s',
        limits: undefined,
      });
      fc.assert(
        fc.property(
          drawn,
          fc.constantFrom('1ms', '1s', '10s'),
          fc.constantFrom(0, '5s'),
          (one, recoveryWindow, maxRecoveryWindow) => {
            const player = new Player(
              { ...one, settings: { ...one.settings, recoveryWindow, maxRecoveryWindow } },
              true,
            );
            const { rig } = player;
            // A sample of hours takes hours to fade where nothing is in flight; here the longest answer took 10 s.
            player.play(
              one.doors.map((step) =>
                step.door === 'settle' && step.latencyMs > 10_000 ? { ...step, latencyMs: 10_000 } : step,
              ),
            );
            // Every answer that is out comes, but for those of trials, which are lost.
            for (const { lease, isSettled } of player.granted)
              if (!isSettled && !lease.trial) lease.succeed({ latencyMs: 10, now: rig.now });
            const allowed = (): string[] =>
              rig.engine
                .inspect(rig.now)
                .instances.filter(
                  ({ mode, circuit, evidence }) => mode === 'ready' && !(evidence.forced && circuit === 'open'),
                )
                .map(({ id }) => id);
            const wanted = allowed();
            // Below the minimum refuse refuses, by its own rule.
            if (rig.settings.whenTooFewHealthy === 'refuse' && wanted.length < rig.settings.minHealthyInstances) return;
            const picked = new Set<string>();
            for (let i = 0; i < BOUND_MS / STEP_MS; i++) {
              rig.pass(STEP_MS);
              const lease = rig.pick({ replayable, key: `key ${i}` });
              lease?.succeed({ latencyMs: 10, now: rig.now });
              if (lease !== undefined) picked.add(lease.instance.id);
            }
            assert.deepEqual(
              allowed().filter((id) => rig.see(id).circuit !== 'closed' || !rig.see(id).eligible),
              [],
              'not restored',
            );
            // What chooses the first available, or by key, is bound to leave somebody out.
            if (one.strategy !== 'first-available' && one.strategy !== 'ring-hash' && one.strategy !== 'maglev') {
              assert.deepEqual(
                wanted.filter((id) => !picked.has(id)),
                [],
                'never picked',
              );
            }
          },
        ),
        { numRuns: 100 },
      );
    });
  }
});

describe('no mode deadlocks', () => {
  for (const whenTooFewHealthy of ['refuse', 'panic']) {
    for (const [what, ids, minHealthyInstances] of [
      ['one instance', 'a', 1],
      ['a minimum of all', 'abc', 3],
      ['a minimum beyond all', 'abc', 4],
      ['no minimum', 'abc', 0],
    ] as const) {
      if (what === 'a minimum beyond all' && whenTooFewHealthy === 'refuse') continue;
      for (const replayable of [false, true]) {
        test(`${whenTooFewHealthy} with ${what} comes back after everything has failed (${replayable ? 'replayable' : 'not replayable'})`, () => {
          const rig = rigOf(ids, {
            preset: 'serving',
            whenTooFewHealthy,
            minHealthyInstances,
            runFactor: 1,
            ejectionCap: 1,
          });
          for (let i = 0; i < 200; i++) {
            rig.pick({ replayable })?.fail('timeout', { latencyMs: 200, now: rig.now });
            rig.pass(500);
          }
          for (let i = 0; i < 1000; i++) {
            rig.pick({ replayable })?.succeed({ latencyMs: 10, now: rig.now });
            rig.pass(500);
          }
          for (const id of ids) assert.equal(rig.see(id).circuit, 'closed', id);
        });
      }
    }
  }

  test('panic with a minimum that is out of reach still tries those that are open', () => {
    const rig = rigOf('abc', { preset: 'serving', minHealthyInstances: 3, jitter: 0 });
    rig.engine.override('c', { mode: 'drain' }, rig.now);
    rig.succeed('b', 20);
    rig.fail('a', 20);
    assert.equal(rig.see('a').circuit, 'open');
    rig.pass(10_000);
    const lease = rig.mustPick();
    assert.deepEqual([lease.instance.id, lease.trial], ['a', true]);
  });

  test('panic that lasts asks everybody, though one was slow or failed once', () => {
    const rig = rigOf('abc', { preset: 'serving', minHealthyInstances: 4 });
    rig.engine.recordSuccess('a', { latencyMs: 100 }, rig.now);
    rig.succeed('c', 20);
    rig.fail('b');
    rig.pass(120_000);
    const counts = rig.serve(600, undefined, 50);
    for (const id of 'abc') assert.ok(counts[id] > 100, JSON.stringify(counts));
  });

  test('a trial that is never answered gives its place back after trialTimeout, however it was granted', () => {
    for (const loose of [false, true]) {
      const rig = rigOf('a', { jitter: 0 });
      rig.fail('a', 5);
      rig.pass(300_000);
      const ask = (): unknown => (loose ? rig.engine.select(instancesOf('a'), rig.now) : rig.pick());
      assert.notEqual(ask(), undefined);
      rig.pass(30_000);
      assert.equal(ask(), undefined, 'one at a time');
      rig.pass(1);
      assert.notEqual(ask(), undefined, 'the place is back');
      assert.equal(rig.lastFact('tried')?.reason, 'trial-timeout');
    }
  });

  test('a caller with replayable requests restores sooner than the window, one without never does', () => {
    for (const replayable of [false, true]) {
      const rig = rigOf('ab', { jitter: 0 });
      rig.fail('a', 5);
      for (let i = 0; i < 299; i++) {
        rig.pass(1000);
        rig.pick({ replayable })?.succeed({ latencyMs: 10, now: rig.now });
      }
      assert.equal(rig.see('a').circuit, replayable ? 'closed' : 'open');
    }
  });
});
