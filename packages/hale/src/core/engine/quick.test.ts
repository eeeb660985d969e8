// The quick ways are second spellings of the general ones. Here both run side by side, and must agree to the bit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../kernel/index.ts';
import type { FailureCause } from '../model/index.ts';
import { InstrumentStore, TUNING, resolveSettings } from '../model/index.ts';
import { lowestPrice } from '../strategies/index.ts';
import type { StrategyFactory } from '../strategies/strategy.ts';
import { FactLog, ServiceEngine, ServiceInstruments } from './index.ts';
import type { Lease } from './index.ts';
import { SAMPLE, SETTLED_AT } from './counters.ts';
import { quickGood } from './quick-good.ts';
import { good } from './settle.ts';

const CAUSES: readonly FailureCause[] = ['connect', 'timeout', 'reset', 'server-error', 'other', 'overload'];

function engineOf(strategy: StrategyFactory, weights: readonly number[]): ServiceEngine {
  const engine = new ServiceEngine({
    name: 'users',
    settings: resolveSettings({ preset: 'serving', limits: { maxInFlightPerInstance: 20 } }, []),
    tuning: TUNING,
    strategy,
    zone: undefined,
    clock: { now: () => 0, schedule: () => () => {} },
    random: seededRandom('quick'),
    facts: new FactLog(),
    limit: undefined,
    hasForecast: false,
    instruments: new ServiceInstruments(new InstrumentStore(), 'users'),
  });
  const instances = weights.map((weight, index) => ({ id: `i${index}`, weight }));
  engine.update(instances, 0);
  return engine;
}

/** Every byte that decisions are made from. */
function memory({ state }: ServiceEngine): unknown {
  const { ledger, fleet, roster } = state;
  const records = [...ledger.u8.subarray(0, ledger.used * 64)];
  return {
    records,
    totals: [...fleet.totals],
    ring: [...fleet.ring],
    times: [...fleet.ringTime],
    listed: roster.listedCount,
  };
}

interface Step {
  readonly act: 'pick' | 'end' | 'wait';
  readonly replayable: boolean;
  readonly end: number;
  readonly latencyMs: number;
  readonly ms: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('pick', 'pick', 'pick', 'end', 'end', 'wait'),
  replayable: fc.boolean(),
  end: fc.nat(11),
  latencyMs: fc.double({ min: 0.01, max: 5000, noNaN: true }),
  ms: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 20_000 })),
});

test('the quick pick chooses what the general pick chooses, draw for draw', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(1, 1, 1, 2, 0.3), { minLength: 3, maxLength: 12 }),
      fc.array(step, { minLength: 40, maxLength: 200 }),
      (weights, steps) => {
        const quick = engineOf(lowestPrice, weights);
        // Another function that makes the same strategy: not the one that the quick way knows.
        const general = engineOf(() => lowestPrice(), weights);
        const leases: [Lease, Lease][] = [];
        let now = 10;
        for (const { act, replayable, end, latencyMs, ms } of steps) {
          if (act === 'wait') now += ms;
          if (act === 'pick') {
            const options = { replayable, now };
            const [a, b] = [quick.pick(options), general.pick(options)];
            assert.equal(a?.instance.id, b?.instance.id);
            if (a && b) leases.push([a, b]);
          }
          const pair = act === 'end' ? leases.pop() : undefined;
          for (const lease of pair ?? []) {
            if (end < CAUSES.length) lease.fail(CAUSES[end], { latencyMs, now });
            else lease.succeed({ latencyMs, now });
          }
        }
        assert.deepEqual(memory(quick), memory(general));
      },
    ),
    { numRuns: 150 },
  );
});

test('the quick settlement of a good outcome leaves what the general one leaves, to the bit', () => {
  let quickOnes = 0;
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          slot: fc.nat(4),
          latencyMs: fc.double({ min: 0.01, max: 5000 }),
          ms: fc.integer({ min: 0, max: 3000 }),
        }),
        {
          minLength: 10,
          maxLength: 120,
        },
      ),
      (outcomes) => {
        const quick = engineOf(lowestPrice, [1, 1, 2, 1, 3]);
        const general = engineOf(lowestPrice, [1, 1, 2, 1, 3]);
        let now = 5;
        for (const { slot, latencyMs, ms } of outcomes) {
          now += ms;
          quick.state.times[SETTLED_AT] = now;
          quick.state.times[SAMPLE] = latencyMs;
          if (quickGood(quick.state, slot)) quickOnes++;
          else good(quick.state, slot, false, latencyMs, now);
          good(general.state, slot, false, latencyMs, now);
        }
        assert.deepEqual(memory(quick), memory(general));
      },
    ),
    { numRuns: 100 },
  );
  assert.ok(quickOnes > 1000, `the quick way was taken ${quickOnes} times`);
});
