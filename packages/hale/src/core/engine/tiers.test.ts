// Priority tiers and zones through the whole engine: what a group keeps, what overflows, and when it comes back.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServiceInstance } from '../model/index.ts';
import { Rig } from './engine-fixture.test.ts';

const SEVEN: ServiceInstance[] = [...'abcdefg'].map((id) => ({ id, priority: 0 }));
const SPARE: ServiceInstance[] = [...'xyz'].map((id) => ({ id, priority: 1 }));
const QUIET = { preset: 'serving', slowStart: 0, ejectionCap: 1, jitter: 0 };

function tiered(
  options: Record<string, unknown> = {},
  instances: readonly ServiceInstance[] = [...SEVEN, ...SPARE],
): Rig {
  const rig = new Rig({ ...QUIET, recoveryWindow: '1h', ...options }, { seed: 3 });
  rig.update(instances);
  return rig;
}

/** Opens circuits without making anything dear. */
function open(rig: Rig, ids: string): void {
  for (const id of ids) rig.engine.override(id, { circuit: 'open' }, rig.now);
}

/** Share of 4000 requests that go to the instances of `ids`, with nothing in flight. */
function shareOf(rig: Rig, ids: string, times = 4000): number {
  const counts = rig.serve(times, undefined, 0);
  return [...ids].reduce((sum, id) => sum + (counts[id] ?? 0), 0) / times;
}

describe('a tier', () => {
  for (const [out, kept] of [
    ['', 1],
    ['ab', 1],
    ['abc', 0.8],
    ['abcd', 0.6],
    ['abcdef', 0.2],
  ] as const) {
    test(`of seven with ${out.length} out keeps ${kept * 100} %`, () => {
      const rig = tiered();
      open(rig, out);
      const share = shareOf(rig, 'abcdefg');
      assert.ok(Math.abs(share - kept) < 0.03, `${share}`);
    });
  }

  test('of which half is out keeps 70 %', () => {
    const rig = tiered({}, [...SEVEN.slice(0, 6), ...SPARE]);
    open(rig, 'abc');
    const share = shareOf(rig, 'def');
    assert.ok(Math.abs(share - 0.7) < 0.03, `${share}`);
  });

  test('with overflow 1 sends each lost share to the next at once, with 10 keeps all until nine of ten are gone', () => {
    for (const [overflow, kept] of [
      [1, 5 / 7],
      [10, 1],
    ] as const) {
      const rig = tiered({ overflow });
      open(rig, 'ab');
      assert.ok(Math.abs(shareOf(rig, 'cdefg') - kept) < 0.03);
    }
  });

  test('that is wholly out hands everything on, and a third tier is asked only when the second is out too', () => {
    const rig = tiered({}, [...SEVEN, ...SPARE, { id: 'l', priority: 7 }]);
    open(rig, 'abcdefg');
    assert.equal(shareOf(rig, 'xyz', 500), 1);
    open(rig, 'xyz');
    assert.equal(shareOf(rig, 'l', 500), 1);
  });

  test('takes back what the next cannot take', () => {
    const rig = tiered();
    open(rig, 'abcdxyz');
    assert.equal(shareOf(rig, 'efg', 500), 1);
  });

  test('that was excluded, or is full, is not waited for', () => {
    const rig = tiered({ limits: { maxInFlightPerInstance: 1 } }, [{ id: 'a' }, ...SPARE]);
    assert.equal(rig.mustPick().instance.id, 'a');
    assert.ok('xyz'.includes(rig.mustPick().instance.id));
    const other = tiered();
    assert.ok('xyz'.includes(other.mustPick({ exclude: SEVEN.map(({ id }) => id) }).instance.id));
  });

  test('wholly open is still asked for a trial when it is due', () => {
    const rig = tiered({ recoveryWindow: '10s' }, [{ id: 'a' }, ...SPARE]);
    rig.serve(50, undefined, 10);
    rig.fail('a', 20, 'connect');
    assert.equal(rig.see('a').circuit, 'open');
    assert.equal(shareOf(rig, 'xyz', 50), 1);
    rig.pass(10_000);
    const lease = rig.mustPick();
    assert.deepEqual([lease.instance.id, lease.trial], ['a', true]);
  });

  test('that has weakened gets its traffic back only after failbackDelay', () => {
    const rig = tiered({ failbackDelay: '30s' });
    open(rig, 'abcd');
    assert.ok(Math.abs(shareOf(rig, 'abcdefg') - 0.6) < 0.03);
    for (const id of 'abcd') rig.engine.override(id, { circuit: 'closed' }, rig.now);
    rig.pass(29_999);
    assert.ok(Math.abs(shareOf(rig, 'abcdefg') - 0.6) < 0.03, 'caches are cold');
    rig.pass(1);
    assert.equal(shareOf(rig, 'abcdefg'), 1);
    // A relapse within the delay starts it anew.
    open(rig, 'abcd');
    shareOf(rig, '', 10);
    rig.engine.override('a', { circuit: 'closed' }, rig.now);
    rig.pass(20_000);
    open(rig, 'abcde');
    shareOf(rig, '', 10);
    for (const id of 'abcde') rig.engine.override(id, { circuit: 'closed' }, rig.now);
    rig.pass(20_000);
    assert.ok(shareOf(rig, 'abcdefg') < 0.5);
  });

  test('that is slow spills to the next before any circuit opens, and a well one does not', () => {
    const rig = new Rig({ preset: 'serving' }, { seed: 3 });
    rig.update([...SEVEN.slice(0, 4), ...SPARE]);
    const serve = (slow: number): number => {
      let spilled = 0;
      const inFlight: { settle: () => void; at: number }[] = [];
      for (let i = 0; i < 3000; i++) {
        for (let index = inFlight.length - 1; index >= 0; index--)
          if (inFlight[index].at <= rig.now) inFlight.splice(index, 1)[0].settle();
        const lease = rig.mustPick();
        const isSpare = lease.instance.priority === 1;
        spilled += Number(isSpare);
        inFlight.push({ settle: () => lease.succeed({ now: rig.now }), at: rig.now + (isSpare ? 20 : 20 * slow) });
        rig.pass(4);
      }
      for (const { settle } of inFlight) settle();
      return spilled / 3000;
    };
    assert.ok(serve(1) < 0.02, 'a well tier keeps its requests');
    assert.ok(serve(40) > 0.05, 'a slow one lets some go');
    assert.deepEqual(
      rig.told().filter((type) => type === 'tripped'),
      [],
    );
  });
});

describe('a zone', () => {
  const zoned = (own: string, foreign: string, options: Record<string, unknown> = {}): Rig => {
    const rig = new Rig({ ...QUIET, ...options }, { seed: 3, zone: 'here' });
    rig.update([...[...own].map((id) => ({ id, zone: 'here' })), ...[...foreign].map((id) => ({ id, zone: 'there' }))]);
    return rig;
  };

  test('of the caller takes everything while it stands, and overflows as a tier does', () => {
    const rig = zoned('abcd', 'xyz');
    assert.equal(shareOf(rig, 'abcd'), 1);
    open(rig, 'ab');
    const share = shareOf(rig, 'cd');
    assert.ok(Math.abs(share - 0.7) < 0.03, `${share}`);
    open(rig, 'cd');
    assert.equal(shareOf(rig, 'xyz', 500), 1);
  });

  test('takes back what the other cannot take', () => {
    const rig = zoned('abcd', 'xyz');
    open(rig, 'abxyz');
    assert.equal(shareOf(rig, 'cd', 500), 1);
  });

  test('is inside a tier: the other zone comes before the next tier', () => {
    const rig = new Rig(QUIET, { zone: 'here' });
    rig.update([
      { id: 'a', zone: 'here' },
      { id: 'b', zone: 'there' },
      { id: 'c', zone: 'there' },
      { id: 'x', priority: 1, zone: 'here' },
    ]);
    open(rig, 'a');
    const counts = rig.serve(2000, undefined, 0);
    assert.ok((counts['b'] ?? 0) + (counts['c'] ?? 0) > 1700, JSON.stringify(counts));
  });

  test('means nothing to a caller without one, and an instance without one is at home everywhere', () => {
    const rig = new Rig(QUIET, {});
    rig.update([
      { id: 'a', zone: 'here' },
      { id: 'b', zone: 'there' },
    ]);
    assert.ok(shareOf(rig, 'b') > 0.3);
    const other = new Rig(QUIET, { zone: 'here' });
    other.update([{ id: 'a', zone: 'here' }, { id: 'b' }, { id: 'c', zone: 'there' }]);
    assert.equal(shareOf(other, 'ab'), 1);
    assert.ok(shareOf(other, 'b') > 0.3);
  });
});

describe('the tie band', () => {
  test('lets idle instances share although their prices differ by less than half, and not when by more', () => {
    const rig = new Rig({ ...QUIET, prediction: 'off' }, { seed: 3 });
    rig.update([{ id: 'a' }, { id: 'b' }]);
    const answer =
      (aMs: number) => (id: string, lease: { succeed(options: { latencyMs: number; now: number }): void }) =>
        lease.succeed({ latencyMs: id === 'a' ? aMs : 10, now: rig.now });
    rig.serve(500, answer(13), 0);
    assert.ok(rig.serve(2000, answer(13), 0)['a'] > 600);
    rig.serve(500, answer(100), 0);
    assert.ok((rig.serve(2000, answer(100), 0)['a'] ?? 0) < 100);
  });
});
