// Random calls of all doors, and a player that keeps its own books of what was granted. No tests of its own.

import fc from 'fast-check';
import type { FailureCause, PickOptions, ServiceInstance } from '../model/index.ts';
import { FAILURE_CAUSES } from '../model/index.ts';
import { STRATEGIES } from '../strategies/index.ts';
import type { StrategyName } from '../strategies/index.ts';
import { Rig } from './engine-fixture.test.ts';
import type { Lease } from './lease.ts';

export type Door =
  | {
      readonly door: 'pick';
      readonly times: number;
      readonly replayable: boolean;
      readonly cost: number;
      readonly key: string | undefined;
      readonly exclude: readonly number[];
    }
  | { readonly door: 'select'; readonly times: number; readonly mask: number }
  | {
      readonly door: 'settle';
      readonly which: number;
      readonly end: 'succeed' | 'fail' | 'ignore' | 'responded' | 'twice';
      readonly cause: FailureCause;
      readonly latencyMs: number;
      readonly retryAfterMs: number;
    }
  | {
      readonly door: 'record';
      readonly who: number;
      readonly good: boolean;
      readonly cause: FailureCause;
      readonly times: number;
      readonly ageMs: number;
    }
  | { readonly door: 'check'; readonly who: number; readonly passed: boolean }
  | { readonly door: 'update'; readonly mask: number; readonly heavy: number; readonly tier: number }
  | {
      readonly door: 'override';
      readonly who: number;
      readonly wish: { mode?: 'ready' | 'drain' | 'maintenance'; circuit?: 'open' | 'closed' | 'auto' };
    }
  | {
      readonly door: 'merge';
      readonly who: number;
      readonly bad: number;
      readonly good: number;
      readonly trust: number;
      readonly ageMs: number;
    }
  | { readonly door: 'pass'; readonly ms: number };

const who = fc.nat(9);
const mask = fc.integer({ min: 0, max: 1023 });
const cause = fc.constantFrom(...FAILURE_CAUSES);
const strange = fc.constantFrom(0, 1, 10, 250, 1e9, NaN, -5, Infinity);

export const door: fc.Arbitrary<Door> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      door: fc.constant('pick' as const),
      times: fc.integer({ min: 1, max: 8 }),
      replayable: fc.boolean(),
      cost: fc.constantFrom(1, 1, 1, 5),
      key: fc.constantFrom(undefined, 'k', '__proto__'),
      exclude: fc.array(who, { maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ door: fc.constant('select' as const), times: fc.integer({ min: 1, max: 3 }), mask }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      door: fc.constant('settle' as const),
      which: fc.nat(99),
      end: fc.constantFrom(
        'succeed' as const,
        'succeed' as const,
        'fail' as const,
        'fail' as const,
        'ignore' as const,
        'responded' as const,
        'twice' as const,
      ),
      cause,
      latencyMs: strange,
      retryAfterMs: strange,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      door: fc.constant('record' as const),
      who,
      good: fc.boolean(),
      cause,
      times: fc.integer({ min: 1, max: 7 }),
      ageMs: fc.constantFrom(0, 5, 5000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ door: fc.constant('check' as const), who, passed: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ door: fc.constant('update' as const), mask, heavy: who, tier: who }) },
  {
    weight: 1,
    arbitrary: fc.record({
      door: fc.constant('override' as const),
      who,
      wish: fc.constantFrom(
        { mode: 'drain' as const },
        { mode: 'maintenance' as const },
        { mode: 'ready' as const },
        { mode: 'ready' as const },
        { circuit: 'open' as const },
        { circuit: 'closed' as const },
        { circuit: 'auto' as const },
        { circuit: 'auto' as const },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      door: fc.constant('merge' as const),
      who,
      bad: fc.nat(6),
      good: fc.constantFrom(0, 3, 1e9, NaN),
      trust: fc.constantFrom(0, 0.3, 1, 2, NaN),
      ageMs: fc.constantFrom(0, 500, -1, NaN, 1e9),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      door: fc.constant('pass' as const),
      ms: fc.constantFrom(0, 0.25, 1, 20, 150, 1000, 3000, 12_000, 60_000, 700_000),
    }),
  },
);

/** Silences that outlast 32-bit milliseconds. */
export const silence: fc.Arbitrary<Door> = fc.record({
  door: fc.constant('pass' as const),
  ms: fc.constantFrom(9 * 86_400_000, 11 * 86_400_000, 25 * 86_400_000, 2 ** 31, 2 ** 32, 2 ** 33 + 5, 1e12),
});

/** Jumps that no monotonic clock makes. */
export const jump: fc.Arbitrary<Door> = fc.record({
  door: fc.constant('pass' as const),
  ms: fc.constantFrom(-1, -50, -10_000, -1e9, 2 ** 31, 2 ** 32, 25 * 86_400_000, 1e12, 1e15),
});

export const settings: fc.Arbitrary<Record<string, unknown>> = fc.record({
  preset: fc.constantFrom('specification', 'serving', 'providers'),
  circuitBreakThreshold: fc.integer({ min: 1, max: 8 }),
  healthThreshold: fc.constantFrom(0.2, 0.5, 0.7),
  recoveryThreshold: fc.constantFrom(0.7, 0.8, 0.95),
  recoveryWindow: fc.constantFrom('1ms', '1s', '10s', '4d'),
  maxRecoveryWindow: fc.constantFrom(0, '5s', '4d'),
  minHealthyInstances: fc.constantFrom(0, 1, 1, 2, 5),
  whenTooFewHealthy: fc.constantFrom('refuse', 'panic'),
  ejectionCap: fc.constantFrom(0, 0.5, 1),
  runFactor: fc.constantFrom(1, 4),
  jitter: fc.constantFrom(0, 0.2, 1),
  trialTimeout: fc.constantFrom('1s', '30s'),
  slowStart: fc.constantFrom(0, '2s'),
  prediction: fc.constantFrom('off', 'report', 'act'),
  adaptiveThreshold: fc.boolean(),
  overflow: fc.constantFrom(1, 1.4, 10),
  failbackDelay: fc.constantFrom(0, '10s'),
  limits: fc.record({
    maxInFlight: fc.constantFrom(3, 10_000),
    maxInFlightPerInstance: fc.constantFrom(2, 1000),
    overload: fc.constantFrom('off', 'shed'),
  }),
  maxRetryAfter: fc.constantFrom('1s', '300s'),
  forgetAfter: fc.constantFrom(0, '10s', '600s'),
  maxInstances: fc.constantFrom(10, 100_000),
});

export interface Scenario {
  readonly settings: Record<string, unknown>;
  readonly strategy: StrategyName;
  readonly seed: number;
  readonly doors: readonly Door[];
}

export function scenario(
  doors: fc.Arbitrary<Door> = door,
  maxLength = 80,
  over: Record<string, unknown> = {},
): fc.Arbitrary<Scenario> {
  return fc.record({
    settings: settings.map((drawn) => ({ ...drawn, ...over })),
    strategy: fc.constantFrom(...(Object.keys(STRATEGIES) as StrategyName[])),
    seed: fc.nat(10_000),
    doors: fc.array(doors, { minLength: 1, maxLength }),
  });
}

const IDS = 'abcdefghij';

export interface Granted {
  readonly lease: Lease;
  readonly cost: number;
  isSettled: boolean;
}

/** Opens doors and keeps books. A test looks at them after each door, or overrides what it wants to see. */
export class Player {
  readonly rig: Rig;
  readonly granted: Granted[] = [];
  /** The membership by the last update, or by what select has added. */
  present: Map<string, ServiceInstance> = new Map();

  readonly #isFlat: boolean;

  /** Flat: one tier and one zone. */
  constructor({ settings: given, strategy, seed }: Scenario, isFlat = false) {
    this.#isFlat = isFlat;
    this.rig = new Rig(given, { seed, strategy: STRATEGIES[strategy], ...(isFlat ? {} : { zone: 'z1' }) });
    this.update(0b1111, 9, 9);
  }

  play(doors: readonly Door[], look: (door: Door) => void = () => {}): void {
    for (const one of doors) {
      this.open(one);
      look(one);
    }
  }

  open(one: Door): void {
    const { rig } = this;
    switch (one.door) {
      case 'pass':
        return rig.pass(one.ms);
      case 'pick':
        for (let i = 0; i < one.times; i++)
          this.pick({
            replayable: one.replayable,
            cost: one.cost,
            key: one.key,
            exclude: one.exclude.map((index) => IDS[index]),
          });
        return;
      case 'select':
        for (let i = 0; i < one.times; i++) this.select(one.mask);
        return;
      case 'settle':
        return this.settle(one);
      case 'record':
        for (let i = 0; i < one.times; i++) {
          const options = { startedAt: rig.now - one.ageMs };
          if (one.good) rig.engine.recordSuccess(IDS[one.who], options, rig.now);
          else rig.engine.recordFailure(IDS[one.who], one.cause, options, rig.now);
        }
        return;
      case 'check':
        return rig.check(IDS[one.who], one.passed);
      case 'update':
        return this.update(one.mask, one.heavy, one.tier);
      case 'override':
        if (this.present.has(IDS[one.who])) rig.engine.override(IDS[one.who], one.wish, rig.now);
        return;
      case 'merge':
        return rig.engine.merge(
          {
            id: IDS[one.who],
            good: one.good,
            bad: Array.from({ length: one.bad }, (_, i) => ({ ageMs: one.ageMs + 200 * i, cause: 'reset' as const })),
          },
          one.trust,
          rig.now,
        );
    }
  }

  pick(options: PickOptions): Lease | undefined {
    const lease = this.rig.pick(options);
    if (lease !== undefined) this.granted.push({ lease, cost: options.cost ?? 1, isSettled: false });
    return lease;
  }

  select(chosen: number): ServiceInstance | undefined {
    const list = this.#list(chosen, 9, 9);
    const instance = this.rig.engine.select(list, this.rig.now);
    for (const one of list) this.present.set(one.id, one);
    return instance;
  }

  settle(one: Extract<Door, { door: 'settle' }>): void {
    if (this.granted.length === 0) return;
    const entry = this.granted[one.which % this.granted.length];
    const { now } = this.rig;
    const { latencyMs, retryAfterMs } = one;
    if (one.end === 'responded') return entry.lease.responded({ latencyMs, now });
    if (one.end === 'fail' || one.end === 'twice') entry.lease.fail(one.cause, { latencyMs, retryAfterMs, now });
    if (one.end === 'succeed' || one.end === 'twice') entry.lease.succeed({ latencyMs, now });
    if (one.end === 'ignore') entry.lease.ignore({ now });
    entry.isSettled = true;
  }

  update(chosen: number, heavy: number, tier: number): void {
    const list = this.#list(chosen, heavy, tier);
    this.rig.update(list);
    this.present = new Map(list.map((instance) => [instance.id, instance]));
  }

  #list(chosen: number, heavy: number, tier: number): ServiceInstance[] {
    return [...IDS].flatMap((id, index) => {
      if ((chosen & (1 << index)) === 0) return [];
      // The very object that is known, unless it has to be another.
      const known = this.present.get(id);
      const instance = {
        id,
        weight: index === heavy ? 7 : 1,
        priority: index >= tier && !this.#isFlat ? 1 : 0,
        ...(index % 3 === 2 ? { zone: 'z2' } : {}),
      };
      return [
        known !== undefined && known.weight === instance.weight && known.priority === instance.priority
          ? known
          : instance,
      ];
    });
  }
}
