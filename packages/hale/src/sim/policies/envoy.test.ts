// By hand, from Envoy 1.31 and later, source/common/upstream/outlier_detection_impl.cc, with its defaults: five in a row,
// 30 s times the number of ejections, sweeps each 10 s, 1.9 deviations; and `always_eject_one_host`.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OutlierDetector, lowestOrdinary } from './envoy-outliers.ts';
import { envoy10, envoy50 } from './envoy.ts';
import { stage } from './surroundings-fixture.test.ts';

/** Two draws make a pick; these go through four places. */
const AROUND = [0, 0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75];

describe('envoy', () => {
  test('trips at the fifth 5xx in a row (putHttpResponseCode), and a 429 ends a run', () => {
    const { attempt, ejected, asked } = stage(envoy10, { instances: 4, draws: AROUND });
    attempt(2, 'server-error', 4);
    attempt(2, 'overload');
    attempt(2, 'connect', 2); // as 503
    attempt(2, 'timeout'); // as 504
    attempt(2, 'reset');
    attempt(2, 'ignored');
    assert.deepEqual(ejected, []);
    attempt(2, 'server-error');
    assert.deepEqual(ejected, ['2 run']);
    assert.deepEqual(asked(8), [0, 1, 3]);
  });

  test('recovers at the first sweep 30 s later, the second time 60 s later (checkHostForUneject)', () => {
    const { attempt, clock, policy, ejected } = stage(envoy10, { instances: 4 });
    const circuitAt = (ms: number): string => {
      clock.runUntil(ms);
      return policy.look!(0).circuit;
    };
    clock.runUntil(1000);
    attempt(0, 'server-error', 5); // out at 1 s for 30 s x 1: due at 31 s, swept at 40 s
    assert.deepEqual([circuitAt(39_999), circuitAt(40_000)], ['open', 'closed']);
    clock.runUntil(45_000);
    attempt(0, 'server-error', 5); // out at 45 s for 30 s x 2: due at 105 s, swept at 110 s
    assert.deepEqual([circuitAt(109_999), circuitAt(110_000)], ['open', 'closed']);
    // In rotation for 10 s at the sweeps of 120 s and 130 s: 2 - 1 - 1 = 0 times, so the next is the first again.
    clock.runUntil(131_000);
    attempt(0, 'server-error', 5);
    assert.deepEqual([circuitAt(169_999), circuitAt(170_000)], ['open', 'closed']);
    assert.deepEqual(ejected, ['0 run', '0 run', '0 run']);
  });

  test('keeps to its cap: of eight, 10 % is one at any rate and 50 % is four (ejectHost)', () => {
    // Nobody is out: the first is ejected. Then (1 + 1) / 8 = .25 > .1; but <= .5, as are 3 / 8 and 4 / 8; 5 / 8 is more.
    for (const [entry, most] of [
      [envoy10, 1],
      [envoy50, 4],
    ] as const) {
      const { attempt, ejected } = stage(entry, { instances: 8 });
      for (let instance = 0; instance < 8; instance++) attempt(instance, 'server-error', 5);
      assert.equal(ejected.length, most, entry.name);
    }
  });

  test('panics below 50 % healthy and asks everybody (isHostSetInPanic)', () => {
    const sick = new Set<number>();
    const { clock, asked } = stage(envoy10, {
      instances: 4,
      draws: AROUND,
      passes: (instance) => !sick.has(instance),
    });
    clock.runUntil(900);
    sick.add(0).add(1);
    clock.runUntil(3900); // three failed checks each, at 1 to 3 s and 1.25 to 3.25 s
    assert.deepEqual(asked(8), [2, 3]); // 2 / 4 is not below .5
    sick.add(2);
    clock.runUntil(6900);
    assert.deepEqual(asked(8), [0, 1, 2, 3]); // 1 / 4
  });

  test('brings an outlier back with a passed check, and one that checks took out with the second', () => {
    let isSound = true;
    const { attempt, clock, policy, ejected } = stage(envoy50, { instances: 4, passes: () => isSound });
    clock.runUntil(100);
    attempt(0, 'server-error', 5);
    clock.runUntil(999);
    assert.equal(policy.look!(0).circuit, 'open');
    clock.runUntil(1000);
    assert.equal(policy.look!(0).circuit, 'closed');
    isSound = false;
    clock.runUntil(4000); // failed at 2, 3 and 4 s
    assert.deepEqual(ejected.slice(-1), ['0 checks']);
    isSound = true;
    clock.runUntil(5999);
    assert.equal(policy.look!(0).circuit, 'open');
    clock.runUntil(6000); // passed at 5 and 6 s
    assert.equal(policy.look!(0).circuit, 'closed');
  });

  test('asks the less busy of two draws', () => {
    const { pick } = stage(envoy10, { instances: 2, draws: [0, 0, 0.5, 0, 0.5] }); // the first is the phase of the sweeps
    assert.deepEqual([pick()!.instance, pick()!.instance], [0, 1]); // even at first: the first draw; then 1 in flight and 0
  });

  test('works in a fleet of one, sick and tried', () => {
    const { attempt, pick } = stage(envoy10, { instances: 1 });
    attempt(0, 'connect', 10);
    assert.equal(pick([0])?.instance, 0);
  });
});

describe('ejection by success rate', () => {
  test('has the threshold of the example in the source: 52 % for 50, 100, 100, 100, 100', () => {
    // Mean 90, variance (40^2 + 4 x 10^2) / 5 = 400, deviation 20, 90 - 1.9 x 20 = 52.
    assert.ok(Math.abs(lowestOrdinary([0.5, 1, 1, 1, 1]) - 0.52) < 1e-12);
  });

  test('ejects whoever is below it among five or more with 100 requests or more', () => {
    const swept = (instances: number, requests: number): string[] => {
      const ejected: string[] = [];
      const detector = new OutlierDetector(instances, 0.5, {
        ejected: (instance, reason) => ejected.push(`${instance} ${reason}`),
        readmitted: () => assert.fail(),
      });
      // Instance 0 fails every other request, never five in a row: .5 < .52.
      for (let instance = 0; instance < instances; instance++)
        for (let time = 0; time < requests; time++) detector.record(instance, instance > 0 || time % 2 === 0, 0);
      detector.sweep(10_000);
      return ejected;
    };
    assert.deepEqual(swept(5, 100), ['0 success-rate']);
    assert.deepEqual(swept(5, 99), []);
    assert.deepEqual(swept(4, 100), []);
  });

  test('the longest ejection is 300 s', () => {
    let isBack = false;
    const detector = new OutlierDetector(1, 1, { ejected: () => (isBack = false), readmitted: () => (isBack = true) });
    // Ten ejections, each readmitted at once: 30 s x 10 = 300 s. The eleventh is for 30 s x 11, cut to 300 s.
    const eject = (now: number): void => {
      for (let time = 0; time < 5; time++) detector.record(0, false, now);
    };
    for (let time = 0; time < 10; time++) {
      eject(0);
      detector.readmit(0, 0);
    }
    eject(0);
    detector.sweep(299_999);
    assert.equal(isBack, false);
    detector.sweep(300_000);
    assert.equal(isBack, true);
  });
});
