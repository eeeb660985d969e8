// By hand, from HAProxy 3.5-dev5 with inter 1s, fall 3, rise 2, error-limit 10, on-error mark-down, slowstart 10s. Health
// runs from 0 to rise + fall - 1 = 4; it is up from 2.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { haproxy } from './haproxy.ts';
import { stage } from './surroundings-fixture.test.ts';

describe('haproxy', () => {
  test('trips at the tenth error in a row (check.c:692), whatever kind of error', () => {
    const { attempt, ejected, asked, policy } = stage(haproxy, { instances: 3, passes: () => true });
    attempt(1, 'server-error', 9);
    attempt(1, 'overload'); // a 429 is sound (http_ana.c:1509) and forgets the nine
    attempt(1, 'server-error', 4);
    attempt(1, 'timeout', 3);
    attempt(1, 'reset', 5); // of a connection that was used before (http_ana.c:1302)
    attempt(1, 'connect', 2);
    assert.deepEqual(ejected, []); // 4 + 3 + 2 = 9
    attempt(1, 'connect');
    assert.deepEqual(ejected, ['1 run']);
    assert.deepEqual(asked(9), [0, 2]);
    assert.deepEqual(policy.look!(1), { score: 0, circuit: 'open' });
  });

  test('a passed check forgets the run (check.c:531)', () => {
    const { attempt, clock, ejected } = stage(haproxy, { instances: 2, passes: () => true });
    clock.runUntil(900);
    attempt(0, 'server-error', 9);
    clock.runUntil(1000); // instance 0 is checked at 0, 1 s, 2 s
    attempt(0, 'server-error', 9);
    assert.deepEqual(ejected, []);
  });

  test('recovers with the second passed check (rise 2), and warms up for 10 s', () => {
    const { attempt, clock, policy } = stage(haproxy, { instances: 2, passes: () => true });
    clock.runUntil(100);
    attempt(0, 'server-error', 10); // health 0
    clock.runUntil(1999);
    assert.equal(policy.look!(0).circuit, 'open'); // 1 s: health 1
    clock.runUntil(2000); // health 2, which is rise
    // server.c:2531: (16 x 0 + 10) / 10 = 1 of 16; after 5 s (16 x 5 + 10) / 10 = 9; after 10 s all.
    assert.deepEqual(policy.look!(0), { score: 1 / 16, circuit: 'half-open' });
    clock.runUntil(7000);
    assert.deepEqual(policy.look!(0), { score: 9 / 16, circuit: 'half-open' });
    clock.runUntil(12_000);
    assert.deepEqual(policy.look!(0), { score: 1, circuit: 'closed' });
  });

  test('goes down with the third failed check (fall 3), but with the first before one has passed', () => {
    let isSound = true;
    const late = stage(haproxy, { instances: 1, passes: () => isSound });
    late.clock.runUntil(500); // passed at 0: health 3, which is >= 2 and so 4
    isSound = false;
    late.clock.runUntil(2999); // failed at 1 s and 2 s: health 2, still up
    assert.deepEqual(late.ejected, []);
    late.clock.runUntil(3000); // health 1 is below rise
    assert.deepEqual(late.ejected, ['0 checks']);
    const early = stage(haproxy, { instances: 1, passes: () => false });
    early.clock.runUntil(0); // check.c:2528: it starts at rise, 2
    assert.deepEqual(early.ejected, ['0 checks']);
  });

  test('asks whoever has the fewest in flight for its weight, the idle first', () => {
    const { pick } = stage(haproxy, { instances: 2, weights: [2, 1], passes: () => true });
    // lb_fwlc.c:286: key = (n + 1) x 4096 / (16 x weight), 0 when idle. Both idle: in order, 0 and 1.
    //   n = (1, 1): 2 x 4096 / 32 = 256 and 2 x 4096 / 16 = 512, so 0.
    //   n = (2, 1): 384 and 512, so 0. n = (3, 1): 512 and 512: the one that has waited longer, 1.
    const order = Array.from({ length: 5 }, () => pick()!.instance);
    assert.deepEqual(order, [0, 1, 0, 0, 1]);
  });

  test('has no cap: it refuses when all are down', () => {
    const { clock, pick, ejected } = stage(haproxy, { instances: 2, passes: () => false });
    clock.runUntil(1000);
    assert.deepEqual(ejected, ['0 checks', '1 checks']);
    assert.equal(pick(), undefined);
  });

  test('observes nothing without checks, which `observe` demands', () => {
    const { attempt, ejected } = stage(haproxy, { instances: 2 });
    attempt(0, 'server-error', 30);
    assert.deepEqual(ejected, []);
  });

  test('asks one that was tried when nobody else is up', () => {
    const { pick } = stage(haproxy, { instances: 2, passes: () => true });
    assert.equal(pick([0, 1])?.instance, 0);
    assert.equal(pick([1])?.instance, 0);
  });
});
