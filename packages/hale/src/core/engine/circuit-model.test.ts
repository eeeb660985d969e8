// Random calls of every door, against the reference model beside this file.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EPOCH, FAILURE_CAUSES, HALF_WORDS, LEVEL, BYTES } from '../model/index.ts';
import { CircuitModel } from './circuit-model-fixture.test.ts';
import { instancesOf, Rig } from './engine-fixture.test.ts';
import type { Lease } from './lease.ts';

type Step =
  | { readonly do: 'pick'; readonly replayable: boolean; readonly times: number }
  | {
      readonly do: 'settle';
      readonly which: number;
      readonly end: 'good' | 'bad' | 'ignore';
      readonly cause: number;
      readonly latencyMs: number;
    }
  | { readonly do: 'record'; readonly who: number; readonly good: boolean; readonly times: number }
  | { readonly do: 'check'; readonly who: number; readonly passed: boolean }
  | { readonly do: 'circuit'; readonly who: number; readonly circuit: 'open' | 'closed' | 'auto' }
  | { readonly do: 'mode'; readonly who: number; readonly mode: 'ready' | 'drain' | 'maintenance' }
  | { readonly do: 'wait'; readonly ms: number };

const who = fc.nat(7);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('pick' as const),
      replayable: fc.boolean(),
      times: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      which: fc.nat(50),
      end: fc.constantFrom('good' as const, 'bad' as const, 'bad' as const, 'ignore' as const),
      cause: fc.constantFrom(0, 1, 2, 3, 5, 6),
      latencyMs: fc.constantFrom(0, 10, 400),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('record' as const),
      who,
      good: fc.boolean(),
      times: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('check' as const), who, passed: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('circuit' as const),
      who,
      circuit: fc.constantFrom('open' as const, 'closed' as const, 'auto' as const, 'auto' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('mode' as const),
      who,
      mode: fc.constantFrom('ready' as const, 'ready' as const, 'drain' as const, 'maintenance' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(0, 1, 50, 99, 100, 1000, 2000, 5000, 20_000, 200_000),
    }),
  },
);

const world = fc.record({
  size: fc.integer({ min: 1, max: 5 }),
  threshold: fc.integer({ min: 1, max: 7 }),
  runFactor: fc.constantFrom(1, 2, 4),
  recoveryThreshold: fc.constantFrom(0.6, 0.8, 0.9),
  minimum: fc.integer({ min: 0, max: 6 }),
  panics: fc.boolean(),
  cap: fc.constantFrom(0.2, 0.5, 1),
  rise: fc.integer({ min: 1, max: 3 }),
  fall: fc.integer({ min: 1, max: 3 }),
  trialTimeout: fc.constantFrom(1000, 30_000),
  seed: fc.nat(1000),
});

test('every circuit moves exactly as the written rules say, whatever is called in whatever order', () => {
  fc.assert(
    fc.property(world, fc.array(step, { minLength: 1, maxLength: 120 }), (w, steps) => new Play(w).act(steps)),
    { numRuns: 1500 },
  );
});

interface Held {
  readonly lease: Lease;
  readonly id: string;
  readonly epoch: number;
  readonly pickNumber: number;
}

class Play {
  readonly rig: Rig;
  readonly model: CircuitModel;
  readonly ids: string[];
  readonly minimum: number;
  readonly panics: boolean;
  readonly held: Held[] = [];

  constructor(w: typeof world extends fc.Arbitrary<infer T> ? T : never) {
    this.ids = 'abcde'.slice(0, w.size).split('');
    this.minimum = w.minimum;
    this.panics = w.panics;
    this.rig = new Rig(
      {
        adaptiveThreshold: false,
        jitter: 0,
        slowStart: 0,
        recoveryWindow: 10_000,
        healthThreshold: 0.001,
        circuitBreakThreshold: w.threshold,
        runFactor: w.runFactor,
        recoveryThreshold: w.recoveryThreshold,
        minHealthyInstances: w.minimum,
        whenTooFewHealthy: w.panics ? 'panic' : 'refuse',
        ejectionCap: w.cap,
        check: { rise: w.rise, fall: w.fall },
        trialTimeout: w.trialTimeout,
      },
      { seed: w.seed },
    );
    this.rig.update(instancesOf(this.ids.join('')));
    this.model = new CircuitModel(this.ids, {
      threshold: w.threshold,
      runLimit: w.threshold * w.runFactor,
      recoveryThreshold: w.recoveryThreshold,
      windowMs: 10_000,
      maxWindowMs: 40_000,
      trialTimeoutMs: w.trialTimeout,
      rise: w.rise,
      fall: w.fall,
      cap: w.cap,
      panics: w.panics,
    });
  }

  act(steps: readonly Step[]): void {
    for (const one of steps) {
      this.#do(one);
      this.#compare();
    }
  }

  #do(one: Step): void {
    const { rig, model } = this;
    if (one.do === 'wait') return rig.pass(one.ms);
    if (one.do === 'pick') return void Array.from({ length: one.times }, () => this.#pick(one.replayable));
    if (one.do === 'settle') return this.#settle(one);
    const id = this.ids[one.who % this.ids.length];
    if (one.do === 'record') {
      for (let i = 0; i < one.times; i++) {
        if (one.good) rig.succeed(id);
        else rig.fail(id);
        // On a circuit that is not closed a record is ignored: no trial was granted by selectInstance here.
        if (one.good) model.good(id, false);
        else model.bad(id, false, undefined, false, 0, rig.now);
      }
    } else if (one.do === 'check') {
      rig.check(id, one.passed);
      model.check(id, one.passed, rig.now);
    } else if (one.do === 'mode') {
      rig.engine.override(id, { mode: one.mode }, rig.now);
      model.of(id).mode = one.mode;
    } else {
      rig.engine.override(id, { circuit: one.circuit }, rig.now);
      model.override(id, one.circuit);
    }
  }

  #pick(replayable: boolean): void {
    const { model, ids } = this;
    const { now } = this.rig;
    const all = ids.map((id) => model.of(id));
    const mayTry = ids.filter((id) => model.mayTry(model.of(id), now, replayable));
    const eligible = all.filter((one) => model.isEligible(one, now, replayable)).length;
    const isEnough = eligible >= this.minimum;
    const lease = this.rig.pick({ replayable });
    model.picks++;
    if (lease === undefined) {
      if (this.panics)
        assert.ok(
          all.every((one) => one.mode !== 'ready' || (one.isForced && one.circuit === 'open')),
          'panic answers while one is ready',
        );
      else
        assert.ok(
          !isEnough || (mayTry.length === 0 && all.every((one) => one.mode !== 'ready' || one.circuit !== 'closed')),
          'refuses only with a reason',
        );
      return;
    }
    const { id } = lease.instance;
    const one = model.of(id);
    if (lease.trial) {
      assert.ok(mayTry.includes(id), `a trial of ${id} was not due`);
      model.tried(id, now);
    } else {
      // At most eight instances, so each look at the others finds a trial that is due.
      assert.equal(mayTry.length, 0, 'a due trial goes first');
      assert.equal(one.mode, 'ready');
      assert.ok(this.panics || one.circuit === 'closed', 'only panic picks what is not closed');
      assert.ok(!one.isForced || one.circuit === 'closed', 'nobody picks what an operator opened');
    }
    assert.ok(this.panics || isEnough, 'refuse never picks below the minimum');
    this.held.push({ lease, id, epoch: one.epoch, pickNumber: model.picks });
  }

  #settle(one: Extract<Step, { do: 'settle' }>): void {
    if (this.held.length === 0) return;
    const [{ lease, id, epoch, pickNumber }] = this.held.splice(one.which % this.held.length, 1);
    const { latencyMs } = one;
    const { now } = this.rig;
    if (one.end === 'good') lease.succeed({ latencyMs, now });
    else if (one.end === 'bad') lease.fail(FAILURE_CAUSES[one.cause], { latencyMs, now });
    else lease.ignore({ now });
    if (this.model.of(id).epoch !== epoch) return;
    if (one.end === 'good') this.model.good(id, lease.trial);
    else if (one.end === 'bad') this.model.bad(id, lease.trial, pickNumber, one.cause === 0, latencyMs, now);
    else this.model.ignored(id, lease.trial);
  }

  #compare(): void {
    const { ledger } = this.rig.engine.state;
    for (const id of this.ids) {
      const one = this.model.of(id);
      const { circuit, mode, evidence } = this.rig.see(id);
      const slot = this.rig.slot(id);
      const seen = {
        circuit,
        mode,
        forced: evidence.forced,
        goodTrials: evidence.goodTrials,
        run: evidence.run,
        level: ledger.u8[slot * BYTES + LEVEL],
        epoch: ledger.u16[slot * HALF_WORDS + EPOCH],
      };
      const expected = {
        circuit: one.circuit,
        mode: one.mode,
        forced: one.isForced,
        goodTrials: one.circuit === 'closed' ? 0 : one.goodTrials,
        run: one.run,
        level: one.level,
        epoch: one.epoch,
      };
      assert.deepEqual(seen, expected, id);
      if (circuit === 'closed')
        assert.ok(
          Math.abs(evidence.suspicion - one.suspicion) < 1e-3,
          `${id}: suspicion ${evidence.suspicion}, expected ${one.suspicion}`,
        );
    }
  }
}
