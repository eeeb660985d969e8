// Who belongs: what an update takes from the objects it is given, and what it leaves behind.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServiceInstance } from '../model/index.ts';
import { ConfigError, FLEET_CLOCK, SHARE, WORDS } from '../model/index.ts';
import { Rig, instancesOf, rigOf } from './engine-fixture.test.ts';
import { isQuick } from './quick-pick.ts';

type Changeable = { -readonly [K in keyof ServiceInstance]: ServiceInstance[K] };

const trustOf = (rig: Rig, id: string): number => rig.see(id).evidence.trust;

describe('an object that its owner changes in place', () => {
  test('and hands in again is taken as it is now', () => {
    const a: Changeable = { id: 'a' };
    const list = [a, { id: 'b' }];
    const rig = new Rig({ slowStart: 0 });
    rig.update(list);
    Object.assign(a, { weight: 9, priority: 1, zone: 'z' });
    rig.update(list);
    const { weight, priority, zone } = rig.see('a');
    assert.deepEqual([weight, priority, zone], [9, 1, 'z']);
    assert.deepEqual(rig.serve(20), { b: 20 });
  });

  test('and does not hand in again is as it was admitted', () => {
    const a: Changeable = { id: 'a', weight: 2 };
    const rig = new Rig();
    rig.update([a, { id: 'b' }]);
    Object.assign(a, { id: 'z', weight: 9, priority: 3, zone: 'z' });
    const { id, weight, priority, zone } = rig.see('a');
    assert.deepEqual([id, weight, priority, zone], ['a', 2, 0, undefined]);
  });

  test('is judged anew, and nothing changes when it is wrong', () => {
    const a: Changeable = { id: 'a' };
    const rig = new Rig();
    rig.update([a, { id: 'b' }]);
    a.weight = NaN;
    assert.throws(() => rig.update([a, { id: 'b' }]), ConfigError);
    assert.equal(rig.see('a').weight, 1);
  });

  test('under another id is another instance, and the old one is forgotten without it', () => {
    const a: Changeable = { id: 'a' };
    const rig = new Rig({ forgetAfter: '10s' });
    rig.update([a]);
    a.id = 'z';
    rig.update([a]);
    rig.pass(10_001);
    assert.equal(rig.mustPick().instance, a);
    assert.deepEqual([...rig.engine.state.slots.keys()], ['z']);
    assert.deepEqual([rig.told('a'), rig.told('z')], [['joined', 'parked', 'forgotten'], ['joined']]);
  });
});

test('each property is read once: a getter that answers differently the next time is taken at its first word', () => {
  let reads = 0;
  const rig = new Rig();
  const fickle = {
    get id(): string {
      return `a${reads++}`;
    },
    get weight(): number {
      return reads === 1 ? 2 : NaN;
    },
  };
  rig.update([fickle]);
  assert.deepEqual([...rig.engine.state.slots.keys()], ['a0']);
  assert.deepEqual([reads, rig.see('a0').weight], [1, 2]);
});

describe('a weight', () => {
  test('is at least a millionth and at most a million', () => {
    const rig = new Rig();
    for (const weight of [1e-40, 9.99e-7, 1.000001e6])
      assert.throws(() => rig.update([{ id: 'a', weight }]), ConfigError, `${weight}`);
    rig.update([
      { id: 'a', weight: 1e-6 },
      { id: 'b', weight: 1e6 },
    ]);
    rig.succeed('a', 5);
    assert.equal(trustOf(rig, 'a'), 1);
    assert.ok(rig.engine.state.ledger.f32[rig.slot('a') * WORDS + SHARE] > 0);
    assert.deepEqual(rig.serve(50), { b: 50 });
  });

  test('of a heavy instance that left thins nobody any longer', () => {
    const share = (rig: Rig): number => rig.engine.state.ledger.f32[rig.slot('a') * WORDS + SHARE];
    const heavy = { id: 'h', weight: 100 };
    const absent = new Rig();
    absent.engine.select([{ id: 'a' }, { id: 'b' }, heavy], absent.now);
    absent.engine.select([{ id: 'a' }, { id: 'b' }], absent.now);
    absent.pass(60_001);
    absent.engine.select([{ id: 'a' }, { id: 'b' }], absent.now);
    assert.deepEqual(absent.told('h'), ['joined', 'parked']);
    assert.equal(share(absent), 1);
    const crowded = new Rig({ maxInstances: 2 });
    crowded.engine.select([{ id: 'b' }, heavy], crowded.now);
    crowded.pass(1);
    crowded.engine.select([{ id: 'a' }, { id: 'b' }], crowded.now);
    assert.deepEqual(crowded.told('h'), ['joined', 'parked', 'forgotten']);
    assert.equal(share(crowded), 1);
  });
});

describe('a newcomer to a fleet at work begins slowly', () => {
  for (const startMs of [-1e6, -10, 0, 10]) {
    test(`on a clock that began at ${startMs}`, () => {
      const rig = new Rig({ preset: 'serving' }, { startMs });
      rig.update(instancesOf('ab'));
      rig.update(instancesOf('abc'));
      assert.equal(trustOf(rig, 'c'), 1, 'those that start together are equal');
      rig.succeed('a');
      rig.update(instancesOf('abcd'));
      assert.ok(trustOf(rig, 'd') < 0.2);
    });
  }

  test('also when the fleet clock was set back to zero', () => {
    const rig = rigOf('ab', { preset: 'serving' });
    rig.succeed('a');
    rig.engine.state.fleet.totals[FLEET_CLOCK] = 0;
    rig.update(instancesOf('abc'));
    assert.ok(trustOf(rig, 'c') < 0.2);
  });
});

describe('a tier or zone that is empty again', () => {
  const isFast = (rig: Rig): boolean => isQuick(rig.engine.state);

  test('leaves the quick way to the others', () => {
    const rig = new Rig({ preset: 'serving' }, { zone: 'z' });
    rig.update(instancesOf('abcd'));
    assert.equal(isFast(rig), true);
    rig.update([...instancesOf('abcd'), { id: 'e', priority: 1 }, { id: 'f', zone: 'y' }]);
    assert.equal(isFast(rig), false);
    rig.update(instancesOf('abcd'));
    assert.equal(isFast(rig), true);
    assert.deepEqual(
      rig.engine.state.roster.tiers.map(({ priority, groups }) => [priority, groups.length]),
      [[0, 1]],
    );
  });

  test('leaves the quick way to the others though it was the first', () => {
    const rig = new Rig({ preset: 'serving' }, { zone: 'z' });
    rig.update(instancesOf('abcd', { zone: 'y' }));
    rig.update(instancesOf('abcd', { priority: 2 }));
    assert.equal(isFast(rig), true);
    const counts = rig.serve(400);
    for (const id of 'abcd') assert.ok(counts[id] > 0, JSON.stringify(counts));
  });

  test('is the same group when somebody comes back to it, however often', () => {
    const rig = rigOf('abcd');
    for (let round = 0; round < 50; round++) {
      rig.update([...instancesOf('abcd'), { id: 'e', priority: 1 + (round % 3) }]);
      assert.equal(rig.see('e').priority, 1 + (round % 3));
      assert.deepEqual(
        rig.engine.state.roster.tiers.map(({ priority }) => priority),
        [0, 1 + (round % 3)],
      );
      rig.update(instancesOf('abcd'));
    }
    assert.equal(rig.engine.state.roster.groups.length, 4);
  });

  test('is asked for nobody', () => {
    const rig = new Rig({ preset: 'serving' });
    rig.update(instancesOf('abc', { priority: 0 }));
    rig.update(instancesOf('abc', { priority: 5 }));
    rig.engine.override('a', { circuit: 'open' }, rig.now);
    rig.engine.override('b', { circuit: 'open' }, rig.now);
    assert.deepEqual(rig.serve(30), { c: 30 });
  });
});

test('what is forgotten is let go of, with the objects its owner gave', () => {
  const rig = new Rig({ forgetAfter: 0 });
  const gone = { id: 'a', metadata: { large: true } };
  rig.update([gone, { id: 'b' }]);
  const slot = rig.slot('a');
  rig.update(instancesOf('b'));
  rig.pass(1);
  rig.mustPick();
  assert.equal(rig.told('a').at(-1), 'forgotten');
  assert.notEqual(rig.engine.state.given[slot], gone);
});
