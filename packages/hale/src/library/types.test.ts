// What the compiler must accept: objects of the caller's own are handed in and handed back as what they are.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EvidenceSnapshot, IgnoredSnapshot, Reason, ServiceInstance } from '../index.ts';
import { stage } from './stage-fixture.test.ts';

test('selectInstance answers with the type it was given, own keys and all', async () => {
  const { balancer } = stage();
  const chosen = await balancer.selectInstance('users', [{ id: 'a', shard: 3 }]);
  const shard: number | undefined = chosen?.shard;
  assert.equal(shard, 3);
  const plain: readonly ServiceInstance[] = [{ id: 'b' }];
  const other: ServiceInstance | undefined = await balancer.selectInstance('users', plain);
  assert.equal(other, plain[0]);
});

test('update takes objects with further keys', () => {
  const { users } = stage();
  users.update([
    { id: 'a', shard: 3 },
    { id: 'b', shard: 4 },
  ]);
  users.update([{ id: 'a' }, { id: 'b', weight: 2 }]);
  assert.equal(users.inspect().instances.length, 2);
});

test('what snapshots and facts are made of has a name', () => {
  const here = stage({}, 'a');
  const evidence: EvidenceSnapshot = here.see('a').evidence;
  const ignored: IgnoredSnapshot = here.users.inspect().ignored;
  const reason: Reason = 'override';
  assert.deepEqual([evidence.run, ignored.unknown, reason], [0, 0, 'override']);
});
