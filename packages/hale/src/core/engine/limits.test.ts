// Limits, pauses and strategies, through the whole engine.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { STRATEGIES } from '../strategies/index.ts';
import type { StrategyName } from '../strategies/index.ts';
import { instancesOf, Rig, rigOf, serveLoaded } from './engine-fixture.test.ts';
import type { Lease } from './lease.ts';

describe('limits', () => {
  test('of a service: what exceeds maxInFlight is refused as full, in panic mode too', () => {
    const rig = rigOf('abc', { preset: 'serving', limits: { maxInFlight: 5 } });
    const leases = Array.from({ length: 5 }, () => rig.mustPick());
    assert.equal(rig.pick(), undefined);
    assert.equal(rig.engine.refusal, 'full');
    leases[0].succeed({ now: rig.now });
    assert.notEqual(rig.pick(), undefined);
  });

  test('of an instance: the full are passed over, and all full is full, not too few', () => {
    const rig = rigOf('abc', { preset: 'serving', limits: { maxInFlightPerInstance: 2 } });
    const counts: Record<string, number> = {};
    for (let i = 0; i < 6; i++) {
      const { id } = rig.mustPick().instance;
      counts[id] = (counts[id] ?? 0) + 1;
    }
    assert.deepEqual(counts, { a: 2, b: 2, c: 2 });
    assert.equal(rig.pick(), undefined);
    assert.equal(rig.engine.refusal, 'full');
  });

  test('count a request at its cost', () => {
    const rig = rigOf('a', { limits: { maxInFlight: 10 } });
    const lease = rig.mustPick({ cost: 10 });
    assert.equal(rig.see('a').inFlight, 10);
    assert.equal(rig.pick(), undefined);
    lease.ignore({ now: rig.now });
    assert.equal(rig.see('a').inFlight, 0);
  });

  test('hold for dear requests too, of a service and of an instance', () => {
    for (const limits of [{ maxInFlight: 10 }, { maxInFlightPerInstance: 10 }]) {
      for (const strategy of [STRATEGIES['lowest-price'], STRATEGIES['least-request']]) {
        const rig = rigOf('a', { limits }, { strategy });
        rig.mustPick();
        assert.equal(rig.pick({ cost: 10 }), undefined, JSON.stringify(limits));
        assert.equal(rig.engine.refusal, 'full');
        rig.mustPick({ cost: 9 });
        assert.equal(rig.see('a').inFlight, 10);
        assert.equal(rig.pick(), undefined);
      }
    }
  });

  test('let a request that is dearer than the limit run alone', () => {
    for (const limits of [{ maxInFlight: 10 }, { maxInFlightPerInstance: 10 }]) {
      const rig = rigOf('a', { limits });
      const lease = rig.mustPick({ cost: 1000 });
      assert.equal(rig.pick(), undefined);
      lease.ignore({ now: rig.now });
      rig.mustPick();
      assert.equal(rig.pick({ cost: 1000 }), undefined);
    }
  });

  test('send a dear request to an instance that has room for it, in a large fleet as well', () => {
    const rig = rigOf('abcdefgh', { preset: 'serving', limits: { maxInFlightPerInstance: 10 } });
    for (let i = 0; i < 8; i++) rig.mustPick({ cost: 6 });
    for (const id of 'abcdefgh') assert.equal(rig.see(id).inFlight, 6);
    for (let i = 0; i < 8; i++) rig.mustPick({ cost: 4 });
    for (const id of 'abcdefgh') assert.equal(rig.see(id).inFlight, 10);
    assert.equal(rig.pick(), undefined);
  });

  test('shed: a tenth of the response time-out is not too late, however quick the fleet is', () => {
    const limitAfter = (timeoutMs: number): number => {
      const rig = rigOf('a', { preset: 'serving', limits: { overload: 'shed' } }, { timeoutMs });
      const serve = (ms: number): void => {
        const leases = Array.from({ length: 8 }, () => rig.pick());
        rig.pass(ms);
        for (const lease of leases) lease?.succeed({ now: rig.now });
      };
      for (let i = 0; i < 100; i++) serve(10);
      for (let i = 0; i < 5; i++) serve(900);
      return rig.engine.state.limit!.limitOf(0);
    };
    assert.ok(limitAfter(0) < 64);
    assert.equal(limitAfter(10_000), 64);
  });

  test('shed: the adaptive limit counts costs as well', () => {
    const rig = rigOf('a', { preset: 'serving', limits: { overload: 'shed' } });
    rig.mustPick({ cost: 60 });
    assert.equal(rig.pick({ cost: 5 }), undefined);
    assert.notEqual(rig.pick({ cost: 4 }), undefined);
  });

  test('full of one kind and tried of another is no overload', () => {
    const rig = rigOf('ab', { limits: { maxInFlightPerInstance: 1 } });
    assert.equal(rig.pick({ exclude: ['a', 'b'] }), undefined);
    assert.equal(rig.engine.refusal, 'too-few');
  });

  test('shed: the limit of an instance that answers far too late shrinks, and grows again when it does not', () => {
    const rig = rigOf('a', { preset: 'serving', limits: { overload: 'shed' } });
    const { limit } = rig.engine.state;
    const round = (many: number, ms: number): void => {
      const leases = Array.from({ length: many }, () => rig.pick()).filter(
        (lease): lease is Lease => lease !== undefined,
      );
      rig.pass(ms);
      for (const lease of leases) lease.succeed({ now: rig.now });
    };
    for (let i = 0; i < 100; i++) round(4, 10);
    assert.equal(limit!.limitOf(0), 64);
    for (let i = 0; i < 40; i++) round(64, 3000);
    const shrunk = limit!.limitOf(0);
    assert.ok(shrunk < 40, `${shrunk}`);
    const held = Array.from({ length: shrunk }, () => rig.mustPick());
    assert.equal(rig.pick(), undefined);
    assert.equal(rig.engine.refusal, 'full');
    for (const lease of held) lease.ignore({ now: rig.now });
    for (let i = 0; i < 2000; i++) round(shrunk, 10);
    assert.ok(limit!.limitOf(0) > shrunk);
  });
});

describe('pauses', () => {
  test('take an instance out of the list and bring it back by themselves', () => {
    const rig = rigOf('ab', { jitter: 0 });
    rig.mustPick({ exclude: ['b'] }).fail('overload', { retryAfterMs: 3000, now: rig.now });
    assert.equal(rig.serve(50, undefined, 10)['a'], undefined);
    rig.pass(2500);
    assert.ok(rig.serve(50, undefined, 10)['a'] > 5);
  });

  test('of everybody refuse, or panic picks somebody all the same', () => {
    for (const whenTooFewHealthy of ['refuse', 'panic']) {
      const rig = rigOf('ab', { whenTooFewHealthy });
      for (const id of 'ab') rig.engine.recordFailure(id, 'overload', { retryAfterMs: 3000 }, rig.now);
      assert.equal(rig.pick() === undefined, whenTooFewHealthy === 'refuse');
      if (whenTooFewHealthy === 'panic') assert.equal(rig.lastFact('panicked')?.type, 'panicked');
      rig.pass(3700);
      assert.notEqual(rig.pick(), undefined);
      if (whenTooFewHealthy === 'panic') assert.equal(rig.lastFact('calmed')?.type, 'calmed');
    }
  });

  test('are asked in a panic after those that are well, and before the open', () => {
    const rig = rigOf('abc', { preset: 'serving', minHealthyInstances: 3, jitter: 0, recoveryWindow: '1h' });
    rig.engine.recordFailure('a', 'overload', { retryAfterMs: 60_000 }, rig.now);
    rig.fail('b', 20, 'connect');
    assert.equal(rig.see('b').circuit, 'open');
    assert.equal(rig.serve(20, (_, lease) => lease.ignore({ now: rig.now }), 0)['c'], 20);
    assert.equal(rig.mustPick({ exclude: ['c'] }).instance.id, 'a');
    assert.equal(rig.mustPick({ exclude: ['a', 'c'] }).instance.id, 'b');
    assert.equal(rig.pick({ exclude: ['a', 'b', 'c'] }), undefined);
  });

  test('that a trial is answered with give its place back', () => {
    for (const loose of [false, true]) {
      const rig = rigOf('a', { jitter: 0 });
      rig.fail('a', 5);
      rig.pass(300_000);
      if (loose) {
        assert.notEqual(rig.engine.select(instancesOf('a'), rig.now), undefined);
        rig.engine.recordFailure('a', 'overload', { retryAfterMs: 1000 }, rig.now);
      } else rig.mustPick().fail('overload', { retryAfterMs: 1000, now: rig.now });
      assert.equal(rig.see('a').circuit, 'half-open');
      rig.pass(1201);
      assert.ok(rig.mustPick().trial);
    }
  });
});

describe('each strategy, by name, through the engine', () => {
  for (const name of Object.keys(STRATEGIES) as StrategyName[]) {
    test(`${name} serves, avoids an open circuit, tries it again and takes it back`, () => {
      const rig = rigOf('abcdef', { preset: 'serving', jitter: 0 }, { strategy: STRATEGIES[name] });
      const counts = serveLoaded(rig, 600, () => false);
      assert.equal(counts['none'], undefined);
      assert.equal(
        Object.values(counts).reduce((sum, count) => sum + count, 0),
        600,
      );
      rig.fail('a', 20, 'connect');
      rig.pass(1);
      for (let i = 0; i < 300; i++) {
        const lease = rig.mustPick({ key: `${i}` });
        assert.notEqual(lease.instance.id, 'a');
        lease.succeed({ latencyMs: 10, now: rig.now });
      }
      rig.pass(10_000);
      for (let i = 0; i < 200; i++) {
        rig.mustPick({ key: `${i}` }).succeed({ latencyMs: 10, now: rig.now });
        rig.pass(100);
      }
      assert.equal(rig.see('a').circuit, 'closed');
      assert.equal(rig.engine.inspect(rig.now).ignored.thrown, 0);
      // With nothing in flight no queue evens anything out: what is held against it has to fade by itself.
      rig.pass(30_000);
      let back = 0;
      for (let i = 0; i < 600; i++) {
        const lease = rig.mustPick({ key: `key ${i}` });
        back += Number(lease.instance.id === 'a');
        lease.succeed({ latencyMs: 10, now: rig.now });
      }
      assert.ok(back > 10, `${back} of 600`);
    });

    test(`${name} passes over whom the caller has tried or who is full, down to the last`, () => {
      const rig = rigOf('abcdef', { limits: { maxInFlightPerInstance: 1 } }, { strategy: STRATEGIES[name] });
      const seen = new Set<string>();
      for (let i = 0; i < 5; i++) seen.add(rig.mustPick({ key: 'k', exclude: ['c'] }).instance.id);
      assert.deepEqual([...seen].sort(), ['a', 'b', 'd', 'e', 'f']);
      assert.equal(rig.pick({ key: 'k', exclude: ['c'] }), undefined);
      assert.equal(rig.mustPick({ key: 'k' }).instance.id, 'c');
    });
  }

  test('a key stays with its instance while the fleet stands, and most keys stay when one leaves', () => {
    for (const name of ['ring-hash', 'maglev'] as const) {
      const rig = rigOf('abcdefgh', {}, { strategy: STRATEGIES[name] });
      const home = (key: string): string => {
        const lease = rig.mustPick({ key });
        lease.succeed({ latencyMs: 10, now: rig.now });
        return lease.instance.id;
      };
      const keys = Array.from({ length: 400 }, (_, i) => `user ${i}`);
      const before = keys.map(home);
      assert.deepEqual(keys.map(home), before);
      rig.update(instancesOf('abcdefg'));
      const moved = keys.filter((key, i) => before[i] !== 'h' && home(key) !== before[i]).length;
      assert.ok(moved < 100, `${moved} of ${keys.length} moved`);
    }
  });

  test('subsets of one service are strategies of their own, rebuilt when the subset changes', () => {
    const rig = new Rig({}, { strategy: STRATEGIES['weighted-round-robin'] });
    for (const ids of ['abc', 'cde', 'abc', 'ab']) {
      const list = instancesOf(ids);
      const chosen = Array.from({ length: ids.length * 2 }, () => rig.engine.select(list, rig.now)!.id);
      assert.deepEqual([...new Set(chosen)].sort(), [...ids].sort(), ids);
    }
  });
});
