// By hand, from nginx 1.31.5, src/http/ngx_http_upstream_round_robin.c, with max_fails=1 and fail_timeout=10s; time is in
// whole seconds there.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nginx } from './nginx.ts';
import { stage } from './surroundings-fixture.test.ts';

describe('nginx', () => {
  test('spreads weights evenly over a round', () => {
    const { pick } = stage(nginx, { instances: 3, weights: [5, 1, 1] });
    // 858-910: each round adds the weights, and the richest pays 7.
    //   (5 1 1) a -> (-2 1 1); (3 2 2) a -> (-4 2 2); (1 3 3) b -> (1 -4 3); (6 -3 4) a -> (-1 -3 4);
    //   (4 -2 5) c -> (4 -2 -2); (9 -1 -1) a -> (2 -1 -1); (7 0 0) a -> (0 0 0)
    const round = Array.from({ length: 7 }, () => pick()!.instance);
    assert.deepEqual(round, [0, 0, 1, 0, 2, 0, 0]);
  });

  test('trips at one failure (1059, 873), and passes over the instance while 10 s or less have gone by', () => {
    const { attempt, asked, clock, ejected } = stage(nginx, { instances: 3 });
    clock.runUntil(1900); // second 1
    attempt(1, 'timeout');
    assert.deepEqual(ejected, ['1 run']);
    clock.runUntil(11_999); // second 11: 11 - 1 = 10, not more than fail_timeout
    assert.deepEqual(asked(6), [0, 2]);
    clock.runUntil(12_000); // second 12: 11 > 10
    assert.deepEqual(asked(6), [0, 1, 2]);
  });

  test('recovers by one request, which nobody follows until it is answered (924, 1084)', () => {
    const { attempt, pick, clock, policy, ejected } = stage(nginx, { instances: 2 });
    attempt(0, 'connect'); // second 0: accessed 0, checked 0
    clock.runUntil(11_000);
    assert.equal(policy.look!(0).circuit, 'half-open');
    const trial = pick([1])!; // checked 11
    assert.equal(trial.instance, 0);
    assert.equal(pick([1]), undefined);
    trial.ended('good', 11_020); // accessed 0 < checked 11: no fails
    assert.deepEqual(policy.look!(0), { score: 1, circuit: 'closed' });
    assert.equal(pick([1])?.instance, 0);
    assert.deepEqual(ejected, ['0 run']);
  });

  test('a trial that fails is another 10 s, and no new ejection', () => {
    const { attempt, asked, clock, ejected } = stage(nginx, { instances: 2 });
    attempt(0, 'connect');
    clock.runUntil(11_000);
    attempt(0, 'connect'); // checked 11
    clock.runUntil(21_999); // 21 - 11 = 10
    assert.deepEqual(asked(4), [1]);
    clock.runUntil(22_000);
    assert.deepEqual(asked(4), [0, 1]);
    assert.deepEqual(ejected, ['0 run']);
  });

  test('has no cap: when all are passed over it refuses (906, 749)', () => {
    const { attempt, pick, clock } = stage(nginx, { instances: 2 });
    attempt(0, 'connect');
    attempt(1, 'connect');
    assert.equal(pick(), undefined);
    clock.runUntil(11_000);
    assert.notEqual(pick(), undefined);
  });

  test('never passes over a fleet of one (721, 1038), tried or not', () => {
    const { attempt, pick, ejected } = stage(nginx, { instances: 1 });
    attempt(0, 'connect', 3);
    assert.equal(pick()?.instance, 0);
    assert.equal(pick([0])?.instance, 0);
    assert.deepEqual(ejected, []);
  });

  test('counts a 5xx only while the request may go on (ngx_http_upstream.c:2815), a refused connection always', () => {
    const { attempt, ejected } = stage(nginx, { instances: 2 });
    attempt(0, 'server-error', 1, false);
    attempt(0, 'overload');
    attempt(0, 'ignored');
    assert.deepEqual(ejected, []);
    attempt(0, 'server-error', 1, true);
    attempt(1, 'connect', 1, false);
    assert.deepEqual(ejected, ['0 run', '1 run']);
  });

  test('counts no break after the head (ngx_http_upstream.c:4810)', () => {
    const { pick, ejected } = stage(nginx, { instances: 2 });
    const grant = pick()!;
    grant.responded!(0);
    grant.ended('reset', 10);
    assert.deepEqual(ejected, []);
  });
});
