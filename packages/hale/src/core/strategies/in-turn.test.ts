// The strategies with an order: `weighted-round-robin` and `first-available`.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ArrayView } from '../../testing/view.ts';
import { arrayView } from '../../testing/view.ts';
import { seededRandom } from '../kernel/index.ts';
import { firstAvailable } from './first-available.ts';
import type { Strategy } from './strategy.ts';
import { weightedRoundRobin } from './weighted-round-robin.ts';

function start(strategy: Strategy, view: ArrayView, random = seededRandom('turns')): (picks: number) => string {
  strategy.rebuild!(view.members());
  const context = { now: 0, random, key: undefined, cost: 1 };
  return (picks) => Array.from({ length: picks }, () => view.id(strategy.pick(view, context))).join('');
}

test('round robin takes equal instances in the order of the list', () => {
  const pick = start(weightedRoundRobin(), arrayView([{ id: 'a' }, { id: 'b' }, { id: 'c' }]), () => 0);
  assert.equal(pick(9), 'abcabcabc');
});

test('round robin starts at a random turn, so that callers that start together do not meet', () => {
  const starts = new Set(
    Array.from({ length: 20 }, (_, seed) =>
      start(weightedRoundRobin(), arrayView([{ id: 'a' }, { id: 'b' }, { id: 'c' }]), seededRandom(seed))(1),
    ),
  );
  assert.equal(starts.size, 3);
});

test('round robin gives each instance exactly its weight in a full round, and spreads it', () => {
  const pick = start(weightedRoundRobin(), arrayView([{ id: 'a', weight: 5 }, { id: 'b' }, { id: 'c' }]));
  for (let round = 0; round < 20; round++) {
    const picked = pick(7);
    assert.equal(picked.replaceAll('a', '').length, 2);
    assert.doesNotMatch(picked, /aaaa/);
  }
});

test('round robin never lets an instance run ahead of its weight by more than one turn for each other instance', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 12 }), (weights) => {
      const view = arrayView(weights.map((weight, place) => ({ id: String.fromCharCode(97 + place), weight })));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const picked = start(weightedRoundRobin(), view)(total * 2);
      const counts = weights.map((_, place) => picked.split(view.id(place)).length - 1);
      counts.forEach((count, place) => assert.ok(Math.abs(count - 2 * weights[place]) <= weights.length));
    }),
  );
});

test('round robin skips who is out, keeps the order of the others, and gives no arrears on return', () => {
  const view = arrayView([{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }]);
  const pick = start(weightedRoundRobin(), view, () => 0);
  assert.equal(pick(4), 'abcd');
  view.leave(1);
  assert.equal(pick(300), 'acd'.repeat(100));
  view.enter(1);
  assert.equal(pick(8), 'abcdabcd');
});

test('round robin goes on where it was when the membership changes', () => {
  const strategy = weightedRoundRobin();
  assert.equal(start(strategy, arrayView([{ id: 'a' }, { id: 'b' }, { id: 'c' }]), () => 0)(4), 'abca');
  const picked = start(strategy, arrayView([{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }]), () => 0)(8);
  assert.match(picked, /^b/);
  for (const id of 'abcd') assert.equal(picked.split(id).length - 1, 2);
});

test('round robin lets a returning instance take its turn as often as it is trusted', () => {
  const picked = start(weightedRoundRobin(), arrayView([{ id: 'a', trust: 0.1 }, { id: 'b' }]))(11_000);
  const turns = picked.split('a').length - 1;
  assert.ok(turns > 880 && turns < 1_120, `received ${turns}, expected 1000`);
});

test('first-available stays with the lowest order that is available', () => {
  const view = arrayView([
    { id: 'c', order: 9 },
    { id: 'a', order: 2 },
    { id: 'b', order: 5 },
  ]);
  const pick = start(firstAvailable(), view);
  assert.equal(pick(3), 'aaa');
  view.instances[1].isAvailable = false;
  assert.equal(pick(3), 'bbb');
  view.leave(5);
  assert.equal(pick(3), 'ccc');
  view.enter(5);
  view.instances[1].isAvailable = true;
  assert.equal(pick(3), 'aaa');
});

test('first-available ignores weight and load', () => {
  const view = arrayView([
    { id: 'a', weight: 0.01, inFlight: 1000, latencyMs: 1e6 },
    { id: 'b', weight: 100 },
  ]);
  assert.equal(start(firstAvailable(), view)(100), 'a'.repeat(100));
});

test('first-available gives a returning instance the part of the requests that it is trusted with', () => {
  const picked = start(firstAvailable(), arrayView([{ id: 'a', trust: 0.2 }, { id: 'b' }, { id: 'c' }]))(5_000);
  const first = picked.split('a').length - 1;
  assert.ok(first > 880 && first < 1_120, `received ${first}, expected 1000`);
  assert.equal(picked.includes('c'), false);
});
