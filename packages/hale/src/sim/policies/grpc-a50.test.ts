// By hand, from gRFC A50's formulas (grpc/proposal, A50-xds-outlier-detection.md): sweeps every 10 s, here at 0, 10 s, 20 s.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { grpcA50 } from './grpc-a50.ts';
import { stage } from './surroundings-fixture.test.ts';
import type { Stage } from './surroundings-fixture.test.ts';

/** So many calls to each instance, of which so many fail. */
function calls({ attempt }: Stage, each: number, failures: readonly number[]): void {
  for (const [instance, failed] of failures.entries()) {
    attempt(instance, 'server-error', failed);
    attempt(instance, 'good', each - failed);
  }
}

describe('gRPC outlier detection', () => {
  test('ejects at the sweep what succeeds less than the mean less 1.9 deviations', () => {
    const on = stage(grpcA50, { instances: 5 });
    on.clock.runUntil(0);
    // Rates .6, 1, 1, 1, 1: mean .92, variance (.32^2 + 4 x .08^2) / 5 = .0256, deviation .16, floor .92 - .304 = .616.
    calls(on, 100, [40, 0, 0, 0, 0]);
    on.clock.runUntil(9999);
    assert.deepEqual(on.ejected, []);
    on.clock.runUntil(10_000);
    assert.deepEqual(on.ejected, ['0 success-rate']);
    assert.deepEqual(on.asked(8), [1, 2, 3, 4]);
    assert.deepEqual(on.policy.look!(0), { score: 0.6, circuit: 'open' });
  });

  test('ejects nobody where two are as bad: they widen the deviation', () => {
    const on = stage(grpcA50, { instances: 5 });
    on.clock.runUntil(0);
    // Rates .6, .6, 1, 1, 1: mean .84, variance (2 x .24^2 + 3 x .16^2) / 5 = .0384, deviation .196, floor .468.
    calls(on, 100, [40, 40, 0, 0, 0]);
    on.clock.runUntil(10_000);
    assert.deepEqual(on.ejected, []);
  });

  test('judges nobody by success rate unless five have 100 calls', () => {
    const on = stage(grpcA50, { instances: 5 });
    on.clock.runUntil(0);
    calls(on, 99, [40, 0, 0, 0, 0]);
    on.clock.runUntil(10_000);
    assert.deepEqual(on.ejected, []);
  });

  test('ejects above 85 % of failures, not at 85 %, from 50 calls', () => {
    for (const [failed, ejected] of [
      [51, []], // 51 of 60 are 85 %
      [52, ['0 failure-share']],
    ] as const) {
      const on = stage(grpcA50, { instances: 5 });
      on.clock.runUntil(0);
      calls(on, 60, [failed, 0, 0, 0, 0]);
      on.clock.runUntil(10_000);
      assert.deepEqual(on.ejected, ejected);
    }
  });

  test('ejects one of five at a time: one in five is over the cap of 10 %', () => {
    const on = stage(grpcA50, { instances: 5 });
    on.clock.runUntil(0);
    calls(on, 60, [60, 60, 0, 0, 0]);
    on.clock.runUntil(10_000);
    assert.deepEqual(on.ejected, ['0 failure-share']);
  });

  test('returns it after 30 s x 1, and after 30 s x 2 when it fails again at once', () => {
    const on = stage(grpcA50, { instances: 5 });
    on.clock.runUntil(0);
    calls(on, 60, [60, 0, 0, 0, 0]);
    on.clock.runUntil(39_999);
    assert.deepEqual(on.asked(8), [1, 2, 3, 4]);
    on.clock.runUntil(40_000);
    assert.deepEqual(on.asked(5), [0, 1, 2, 3, 4]);
    calls(on, 60, [60, 0, 0, 0, 0]); // 60 of 61 or 62 fail
    on.clock.runUntil(109_999);
    assert.deepEqual(on.ejected, ['0 failure-share', '0 failure-share']);
    assert.deepEqual(on.asked(8), [1, 2, 3, 4]);
    on.clock.runUntil(110_000); // ejected at 50 s, for 60 s
    assert.deepEqual(on.asked(5), [0, 1, 2, 3, 4]);
  });

  test('takes one off the multiplier at each quiet sweep', () => {
    const on = stage(grpcA50, { instances: 5 });
    on.clock.runUntil(0);
    calls(on, 60, [60, 0, 0, 0, 0]);
    on.clock.runUntil(50_000); // back at 40 s; the sweep at 50 s makes 1 a 0
    calls(on, 60, [60, 0, 0, 0, 0]);
    on.clock.runUntil(89_999); // ejected at 60 s, for 30 s x 1
    assert.deepEqual(on.asked(8), [1, 2, 3, 4]);
    on.clock.runUntil(90_000);
    assert.deepEqual(on.asked(5), [0, 1, 2, 3, 4]);
  });

  test('sends to the only one there is, even when it was tried', () => {
    const { pick } = stage(grpcA50, { instances: 1 });
    assert.equal(pick([0])?.instance, 0);
  });
});
