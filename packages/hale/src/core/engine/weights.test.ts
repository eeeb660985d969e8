// Trust is kept in SHARE, relative to the largest weight of a group: it must survive every change of weights.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rig } from './engine-fixture.test.ts';

const trustOf = (rig: Rig, id: string): number =>
  rig.engine.inspect(rig.now).instances.find((one) => one.id === id)!.evidence.trust;

function withColdNewcomer(): Rig {
  const rig = new Rig({ preset: 'serving' });
  rig.update([{ id: 'a' }, { id: 'b' }]);
  rig.succeed('a', 5);
  rig.update([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
  assert.ok(Math.abs(trustOf(rig, 'c') - 0.1) < 1e-6);
  return rig;
}

test('a cold instance whose weight becomes the largest stays cold', () => {
  const rig = withColdNewcomer();
  rig.update([{ id: 'a' }, { id: 'b' }, { id: 'c', weight: 10 }]);
  assert.ok(Math.abs(trustOf(rig, 'c') - 0.1) < 1e-6);
});

test('a cold instance that was away while the largest weight rose returns cold', () => {
  const rig = withColdNewcomer();
  rig.update([{ id: 'a' }, { id: 'b' }]);
  rig.update([{ id: 'a' }, { id: 'b', weight: 10 }]);
  rig.update([{ id: 'a' }, { id: 'b', weight: 10 }, { id: 'c' }]);
  assert.ok(Math.abs(trustOf(rig, 'c') - 0.1) < 1e-6);
});

test('weights that go and come back leave shares exact: full trust at the largest weight is 1, to the bit', () => {
  const rig = new Rig({ preset: 'serving' });
  for (let round = 0; round < 200; round++) rig.update([{ id: 'a' }, { id: 'b', weight: 1 + (round % 7) / 3 }]);
  rig.update([{ id: 'a' }, { id: 'b' }]);
  const { f32 } = rig.engine.state.ledger;
  assert.deepEqual([f32[4], f32[16 + 4]], [1, 1]);
});
