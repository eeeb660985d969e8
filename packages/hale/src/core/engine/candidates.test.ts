// The lists of `selectInstance`: which object is answered, who counts as absent, and what is kept between calls.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServiceInstance } from '../model/index.ts';
import type { Strategy, StrategyFactory } from '../strategies/strategy.ts';
import { Rig, instancesOf } from './engine-fixture.test.ts';

const select = (rig: Rig, list: readonly ServiceInstance[]): ServiceInstance | undefined =>
  rig.engine.select(list, rig.now);

/** A strategy that takes the first, and counts how often it is made and how often it builds its tables. */
function counted(): { strategy: StrategyFactory; made: () => number; built: string[] } {
  const built: string[] = [];
  let made = 0;
  const strategy = (): Strategy => {
    made++;
    return {
      name: 'counted',
      rebuild: (members) => void built.push(members.map(({ id, weight }) => `${id}${weight}`).join(' ')),
      pick: (view) => (view.count > 0 ? 0 : -1),
    };
  };
  return { strategy, made: () => made, built };
}

describe('the answer', () => {
  test('is one of the objects given, after an update has brought others for the same ids', () => {
    const [list, newer] = [instancesOf('abc'), instancesOf('abc')];
    const rig = new Rig();
    for (let round = 0; round < 5; round++) {
      assert.ok(list.includes(select(rig, list)!));
      rig.update(newer);
      assert.ok(newer.includes(rig.mustPick().instance));
    }
  });

  test('is one of the objects given when callers take turns with objects of their own', () => {
    const lists = [instancesOf('abc'), instancesOf('abc'), instancesOf('bc'), instancesOf('cd')];
    const rig = new Rig();
    for (let round = 0; round < 40; round++) {
      const list = lists[(round * round) % 4];
      assert.ok(list.includes(select(rig, list)!), `round ${round}`);
    }
  });
});

describe('with two callers who take turns', () => {
  test('what neither hands in is parked after a minute, and then forgotten', () => {
    const rig = new Rig({ forgetAfter: '2m' });
    const lists = [instancesOf('abc'), instancesOf('cde')];
    select(rig, instancesOf('x'));
    const turns = (seconds: number): void => {
      for (let turn = 0; turn < seconds; turn++) {
        rig.pass(1000);
        select(rig, lists[turn % 2]);
      }
    };
    turns(50);
    assert.deepEqual(rig.told('x'), ['joined']);
    turns(80);
    assert.deepEqual(rig.told('x'), ['joined', 'parked']);
    turns(130);
    assert.deepEqual(rig.told('x'), ['joined', 'parked', 'forgotten']);
    for (const id of 'abcde') assert.deepEqual(rig.told(id), ['joined']);
  });

  test('the list of one who has left is let go of, and its instances are parked', () => {
    const rig = new Rig();
    select(rig, instancesOf('ab'));
    const rest = instancesOf('cd');
    for (let turn = 0; turn < 130; turn++) {
      rig.pass(1000);
      select(rig, rest);
    }
    assert.deepEqual([rig.told('a'), rig.told('c')], [['joined', 'parked'], ['joined']]);
    // Handed in again, they are back.
    assert.ok('ab'.includes(select(rig, instancesOf('ab'))!.id));
    assert.equal(rig.told('a').at(-1), 'returned');
  });
});

describe('tables of strategies', () => {
  test('are kept for the last four lists', () => {
    const { strategy, made, built } = counted();
    const rig = new Rig({}, { strategy });
    select(rig, instancesOf('abcdefgh'));
    const before = made();
    const lists = ['ab', 'bc', 'cd', 'de', 'ef'].map((ids) => instancesOf(ids));
    for (let turn = 0; turn < 40; turn++) select(rig, lists[turn % 4]);
    assert.equal(made() - before, 4);
    assert.equal(built.length, before + 4);
    // A fifth takes the place of the one that was used longest ago.
    select(rig, lists[4]);
    select(rig, lists[0]);
    assert.equal(made() - before, 6);
  });

  test('are kept when the same instances come as other objects', () => {
    const { strategy, built } = counted();
    const rig = new Rig({}, { strategy });
    rig.update(instancesOf('abc'));
    for (let turn = 0; turn < 10; turn++) select(rig, instancesOf('ab'));
    assert.deepEqual(built, ['a1 b1']);
  });

  test('are built anew when a weight has changed, or an id has another tenant', () => {
    const { strategy, built } = counted();
    const rig = new Rig({ forgetAfter: 0 }, { strategy });
    rig.update(instancesOf('abc'));
    select(rig, instancesOf('ab'));
    select(rig, [{ id: 'a', weight: 2 }, { id: 'b' }]);
    assert.deepEqual(built, ['a1 b1', 'a2 b1']);
    const list = instancesOf('ab');
    select(rig, list);
    rig.update(instancesOf('c'));
    rig.pass(1);
    rig.update(instancesOf('xybac'));
    assert.ok('ab'.includes(select(rig, list)!.id));
    assert.deepEqual(built, ['a1 b1', 'a2 b1', 'b1 a1']);
  });

  test('are built anew for another instance in the place of one that was forgotten', () => {
    const { strategy, built } = counted();
    const rig = new Rig({ forgetAfter: 0 }, { strategy });
    rig.update(instancesOf('ac'));
    select(rig, instancesOf('a'));
    const place = rig.slot('a');
    rig.update(instancesOf('c'));
    rig.pass(1);
    rig.update(instancesOf('zc'));
    assert.equal(rig.slot('z'), place);
    select(rig, instancesOf('z'));
    assert.deepEqual(built, ['a1', 'z1']);
  });
});

describe('failbackDelay', () => {
  const home = instancesOf('abcd');
  const spare = instancesOf('xyz', { priority: 1 });
  const options = { preset: 'serving', slowStart: 0, ejectionCap: 1, overflow: 1, failbackDelay: '30s' };
  const shareOf = (rig: Rig, lists: readonly (readonly ServiceInstance[])[]): number => {
    let kept = 0;
    for (let turn = 0; turn < 1000; turn++)
      kept += Number('abcd'.includes(select(rig, lists[turn % lists.length])!.id));
    return kept / 1000;
  };

  for (const [what, lists] of [
    ['a subset', [[...home, ...spare.slice(1)]]],
    [
      'each of two subsets in turns',
      [
        [...home, ...spare.slice(1)],
        [...home, ...spare.slice(0, 2)],
      ],
    ],
  ] as const) {
    test(`holds for ${what}`, () => {
      const rig = new Rig(options);
      rig.update([...home, ...spare, { id: 'o' }]);
      for (const id of 'abc') rig.engine.override(id, { circuit: 'open' }, rig.now);
      assert.ok(shareOf(rig, lists) < 0.35);
      for (const id of 'abc') rig.engine.override(id, { circuit: 'closed' }, rig.now);
      rig.pass(29_000);
      assert.ok(shareOf(rig, lists) < 0.35, 'caches are cold');
      rig.pass(1000);
      assert.equal(shareOf(rig, lists), 1);
    });
  }

  test('holds when a list changes: the new one begins with what the last one believed', () => {
    const rig = new Rig(options);
    rig.update([...home, ...spare, { id: 'o' }]);
    for (const id of 'abc') rig.engine.override(id, { circuit: 'open' }, rig.now);
    shareOf(rig, [[...home, ...spare.slice(1)]]);
    for (const id of 'abc') rig.engine.override(id, { circuit: 'closed' }, rig.now);
    rig.pass(20_000);
    assert.ok(shareOf(rig, [[...home, ...spare.slice(0, 2)]]) < 0.35);
  });
});
