// `selectInstance`: the list of a call is its candidates, not the membership.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServiceInstance } from '../core/model/index.ts';
import { ConfigError } from '../core/model/index.ts';
import { named, stage } from './stage-fixture.test.ts';
import type { Stage } from './stage-fixture.test.ts';

/** Counts of so many calls; the answers of the instances in `bad` are errors. */
async function select(
  { balancer, clock }: Stage,
  list: readonly ServiceInstance[],
  times: number,
  bad = '',
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < times; i++) {
    const chosen = await balancer.selectInstance('users', list);
    const id = chosen?.id ?? 'none';
    counts[id] = (counts[id] ?? 0) + 1;
    clock.runUntil(clock.now() + 5);
    if (chosen !== undefined && bad.includes(id)) balancer.recordError('users', id, { cause: 'server-error' });
    else if (chosen !== undefined) balancer.recordSuccess('users', id, { latencyMs: 5 });
  }
  return counts;
}

describe('a list', () => {
  test('is answered with one of its very objects, unknown keys and all', async () => {
    const here = stage();
    const list = [
      { id: 'a', extra: { deep: true } },
      Object.freeze({ id: 'b', toString: null }),
    ] as unknown as ServiceInstance[];
    for (let i = 0; i < 20; i++) assert.ok(list.includes((await here.balancer.selectInstance('users', list))!));
    // Another object with a known id takes the place of the first.
    const fresh = [{ id: 'a' }, { id: 'b' }];
    for (let i = 0; i < 20; i++)
      assert.ok(fresh.includes((await here.balancer.selectInstance('users', fresh)) as never));
  });

  test('of nobody gives nobody', async () => {
    const here = stage();
    assert.equal(await here.balancer.selectInstance('users', []), undefined);
    assert.equal(await here.balancer.selectInstance('users', named('a')).then((one) => one?.id), 'a');
    assert.equal(await here.balancer.selectInstance('users', []), undefined);
  });

  test('that is a subset is chosen from alone', async () => {
    const here = stage();
    await select(here, named('abcdef'), 50);
    const counts = await select(here, named('bd'), 200);
    assert.deepEqual(Object.keys(counts).sort(), ['b', 'd']);
  });

  test('of one caller leaves that of another as it is, and both learn from each other', async () => {
    const here = stage();
    const [one, other] = [named('abc'), named('cde')];
    for (let i = 0; i < 50; i++) {
      const chosen = await here.balancer.selectInstance('users', i % 2 === 0 ? one : other);
      assert.ok((i % 2 === 0 ? one : other).includes(chosen!));
    }
    for (let i = 0; i < 5; i++) here.balancer.recordError('users', 'c');
    assert.equal((await select(here, one, 50))['c'], undefined);
    assert.equal((await select(here, other, 50))['c'], undefined);
  });

  test('judges threshold and minimum over its own members', async () => {
    const here = stage({ minHealthyInstances: 2 });
    await select(here, named('abcd'), 20);
    for (let i = 0; i < 5; i++) here.balancer.recordError('users', 'a');
    assert.notEqual(await here.balancer.selectInstance('users', named('bcd')), undefined);
    assert.equal(await here.balancer.selectInstance('users', named('ab')), undefined, 'one of two is eligible');
    assert.notEqual(await here.balancer.selectInstance('users', named('abc')), undefined);
  });

  test('judges tiers over its own members', async () => {
    const here = stage({ preset: 'serving' });
    const list = [{ id: 'a' }, { id: 'b', priority: 1 }, { id: 'c', priority: 2 }];
    assert.deepEqual(await select(here, list, 50), { a: 50 });
    assert.deepEqual(await select(here, list.slice(1), 50), { b: 50 });
    assert.deepEqual(await select(here, [list[2]], 50), { c: 50 });
  });

  test('panics over its own members', async () => {
    const here = stage({ preset: 'serving', runFactor: 1, ejectionCap: 1 });
    await select(here, named('abcd'), 20);
    for (const id of 'ab') for (let i = 0; i < 5; i++) here.balancer.recordError('users', id, { cause: 'connect' });
    assert.deepEqual([here.see('a').circuit, here.see('b').circuit], ['open', 'open']);
    const counts = await select(here, named('ab'), 40);
    assert.equal(counts['none'], undefined);
    assert.equal(here.users.inspect().panic, false, 'the service as a whole does not panic');
  });
});

describe('the fast path', () => {
  test('sees a push, a removal and an exchange in the same array', async () => {
    const here = stage();
    const list = named('ab');
    await select(here, list, 20);
    list.push({ id: 'c' });
    assert.ok((await select(here, list, 200))['c'] > 5);
    list.shift();
    assert.equal((await select(here, list, 50))['a'], undefined);
    list[0] = { id: 'z' };
    assert.ok((await select(here, list, 200))['z'] > 5);
  });

  test('of the same elements in another array is the same', async () => {
    const here = stage();
    const [a, b] = named('ab');
    for (let i = 0; i < 20; i++) assert.ok([a, b].includes((await here.balancer.selectInstance('users', [a, b]))!));
    assert.deepEqual(
      here.balancer.facts().map(({ type }) => type),
      ['joined', 'joined'],
    );
  });

  test('is left when the membership has changed behind it', async () => {
    const here = stage({ forgetAfter: 0 });
    const list = named('ab');
    await select(here, list, 20);
    here.users.update(named('b'));
    here.clock.runUntil(here.clock.now() + 1);
    assert.ok((await select(here, list, 100))['a'] > 5, 'a has joined again');
  });
});

describe('what is absent', () => {
  test('for a minute is parked, for forgetAfter remembered, and no longer', async () => {
    const here = stage({ forgetAfter: '10m' });
    await select(here, named('abc'), 30);
    for (let i = 0; i < 5; i++) here.balancer.recordError('users', 'c');
    const rest = named('ab');
    await select(here, rest, 1);
    assert.equal(here.users.inspect().instances.length, 3);
    here.clock.runUntil(here.clock.now() + 61_000);
    await select(here, rest, 1);
    assert.equal(here.users.inspect().instances.length, 2);
    assert.equal((await select(here, named('abc'), 50))['c'], undefined, 'its circuit is remembered');
    await select(here, rest, 1);
    here.clock.runUntil(here.clock.now() + 61_000);
    await select(here, rest, 1);
    here.clock.runUntil(here.clock.now() + 600_000);
    await select(here, rest, 1);
    assert.ok(here.balancer.facts().some(({ type }) => type === 'forgotten'));
    assert.ok((await select(here, named('abc'), 100))['c'] > 0);
  });

  test('but belongs by update() stays in the membership', async () => {
    const here = stage({}, 'abc');
    const rest = named('ab');
    await select(here, rest, 5);
    here.clock.runUntil(here.clock.now() + 120_000);
    await select(here, rest, 5);
    assert.equal(here.users.inspect().instances.length, 3);
  });

  test('makes room for the present, however many lists are handed in: maxInstances is a bound', async () => {
    const here = stage({ maxInstances: 10 });
    for (let round = 0; round < 30; round++) {
      const list = Array.from({ length: 10 }, (_, i) => ({ id: `${round}-${i}` }));
      assert.ok(list.includes((await here.balancer.selectInstance('users', list)) as never));
      assert.ok(
        here.users.inspect().instances.length <= 10,
        `${here.users.inspect().instances.length} after round ${round}`,
      );
    }
    await assert.rejects(
      here.balancer.selectInstance(
        'users',
        Array.from({ length: 11 }, (_, i) => ({ id: `${i}` })),
      ),
      ConfigError,
    );
  });
});

describe('a trial', () => {
  const tripped = (options = {}): Stage => {
    const here = stage(options, 'ab');
    for (let i = 0; i < 5; i++) here.balancer.recordError('users', 'a');
    here.clock.runUntil(here.clock.now() + 361_000);
    return here;
  };

  test('is settled by the next record of its instance', async () => {
    const here = tripped();
    const list = named('ab');
    for (let i = 1; i <= 4; i++) {
      assert.equal((await here.balancer.selectInstance('users', list))?.id, 'a');
      assert.equal((await here.balancer.selectInstance('users', list))?.id, 'b', 'one at a time');
      here.clock.runUntil(here.clock.now() + 10);
      here.balancer.recordSuccess('users', 'a', { latencyMs: 10 });
      assert.equal(here.see('a').evidence.goodTrials, i < 4 ? i : 0);
    }
    assert.equal(here.see('a').circuit, 'closed');
  });

  test('that fails opens the circuit again', async () => {
    const here = tripped();
    assert.equal((await here.balancer.selectInstance('users', named('ab')))?.id, 'a');
    here.balancer.recordError('users', 'a', { cause: 'timeout' });
    assert.deepEqual([here.see('a').circuit, here.see('a').evidence.relapses], ['open', 2]);
  });

  test('is settled by no record that began before it', async () => {
    const here = tripped();
    assert.equal((await here.balancer.selectInstance('users', named('ab')))?.id, 'a');
    here.balancer.recordSuccess('users', 'a', { latencyMs: 400_000 });
    here.balancer.recordError('users', 'a', { startedAt: here.clock.now() - 361_000 });
    assert.deepEqual([here.see('a').circuit, here.see('a').evidence.goodTrials], ['half-open', 0]);
    assert.equal(here.users.inspect().ignored.open, 2);
    here.balancer.recordSuccess('users', 'a', { startedAt: here.clock.now() });
    assert.equal(here.see('a').evidence.goodTrials, 1);
  });

  test('that nobody records gives its place back at trialTimeout', async () => {
    const here = tripped({ trialTimeout: '10s' });
    const list = named('ab');
    assert.equal((await here.balancer.selectInstance('users', list))?.id, 'a');
    here.clock.runUntil(here.clock.now() + 10_000);
    assert.equal((await here.balancer.selectInstance('users', list))?.id, 'b');
    here.clock.runUntil(here.clock.now() + 1);
    assert.equal((await here.balancer.selectInstance('users', list))?.id, 'a');
  });
});

describe('a wrong list', () => {
  test('rejects with every fault, and nobody joins', async () => {
    const here = stage();
    const list = [
      { id: 'new' },
      { id: '' },
      { id: 'a', weight: -1 },
      { id: 'new' },
      null,
      { id: 'b', port: 0 },
    ] as unknown as ServiceInstance[];
    await assert.rejects(here.balancer.selectInstance('users', list), (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(
        error.faults.map(({ path }) => path),
        ['instances[1].id', 'instances[2].weight', 'instances[3].id', 'instances[4]', 'instances[5].port'],
      );
      return true;
    });
    assert.deepEqual(here.users.inspect().instances, []);
    for (const value of [undefined, null, 5, 'ab', {}, new Set(named('a'))]) {
      await assert.rejects(here.balancer.selectInstance('users', value as never), { code: 'HALE_CONFIG' });
    }
    await assert.rejects(here.balancer.selectInstance('', named('a')), { code: 'HALE_CONFIG' });
  });

  test('after a good one changes nothing of it', async () => {
    const here = stage();
    const list = named('ab');
    await select(here, list, 10);
    const before = here.users.inspect();
    await assert.rejects(here.balancer.selectInstance('users', [...list, list[0]]), { code: 'HALE_CONFIG' });
    assert.deepEqual(here.users.inspect(), before);
  });
});

test('ids of any characters are ids', async () => {
  const here = stage();
  const ids = [
    '__proto__',
    'constructor',
    'hasOwnProperty',
    ' ',
    '\n',
    '"',
    '\u0000',
    '💥',
    '\ud800',
    'a/b?c#d',
    '0',
    '-1',
    'x'.repeat(256),
  ];
  const list = ids.map((id) => ({ id }));
  const counts = await select(here, list, 400);
  assert.equal(counts['none'], undefined);
  for (const id of ids) {
    for (let i = 0; i < 5; i++) here.balancer.recordError('users', id);
    assert.equal(here.see(id).circuit, 'open', JSON.stringify(id));
  }
  assert.equal(JSON.parse(JSON.stringify(here.users.inspect())).instances.length, ids.length);
  assert.ok(here.balancer.metrics().length > ids.length);
});

test('10 000 instances are spread over, and those that fail are left alone', async () => {
  const here = stage();
  const list = Array.from({ length: 10_000 }, (_, i) => ({ id: `i${i}` }));
  for (let i = 0; i < 5; i++)
    for (let bad = 0; bad < 5000; bad++) {
      if (i === 0 && bad === 0) await here.balancer.selectInstance('users', list);
      here.balancer.recordError('users', `i${bad}`, { cause: 'connect' });
    }
  const seen = new Set<string>();
  for (let i = 0; i < 3000; i++) {
    const chosen = (await here.balancer.selectInstance('users', list))!;
    assert.ok(Number(chosen.id.slice(1)) >= 5000, chosen.id);
    seen.add(chosen.id);
    here.balancer.recordSuccess('users', chosen.id, { latencyMs: 10 });
  }
  assert.ok(seen.size > 1500, `${seen.size}`);
});
