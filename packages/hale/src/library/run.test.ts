// `run`: one request with its attempts, on a clock that the test moves.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { InstrumentValue, Outcome, ServiceInstance } from '../core/model/index.ts';
import { NoInstanceError } from '../core/model/index.ts';
import { named, stage } from './stage-fixture.test.ts';
import type { BalancerOptions, Stage } from './stage-fixture.test.ts';

const coded = (code: string): Error => Object.assign(new Error(code), { code });
const REFUSED = coded('ECONNREFUSED');
const RESET = coded('ECONNRESET');

const inFlight = ({ users }: Stage): number => users.inspect().instances.reduce((sum, one) => sum + one.inFlight, 0);
const failures = ({ users }: Stage): number =>
  Math.round(users.inspect().instances.reduce((sum, one) => sum + one.evidence.suspicion, 0));

/** A call that fails with each of `errors` in turn and then answers; it keeps whom it was given. */
function calls(...errors: unknown[]): { call: (instance: ServiceInstance) => Promise<string>; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    call: async (instance) => {
      asked.push(instance.id);
      if (asked.length <= errors.length) throw errors[asked.length - 1];
      return `from ${instance.id}`;
    },
  };
}

describe('run, for a key that fails everywhere', () => {
  test('repeats within maxKills, and holds its failures against nobody', async () => {
    const here = stage({ preset: 'serving', retries: { max: 4, budget: 1, maxKills: 2 } }, 'abcde');
    const error = Object.assign(new Error('broken'), { status: 500 });
    let asked = 0;
    const broken = async (): Promise<void> => {
      asked = 0;
      const call = (): never => {
        asked++;
        throw error;
      };
      await assert.rejects(here.users.run(call, { blameKey: 'culprit', idempotent: true }), error);
    };
    const others = async (): Promise<void> => {
      for (let other = 0; other < 8; other++) await here.users.run(() => 'good', { blameKey: `other ${other}` });
    };
    await others();
    await broken();
    assert.equal(asked, 5, 'nothing is known of it yet');
    for (let at = 0; at < 10; at++) {
      await others();
      await broken();
    }
    assert.equal(asked, 2);
    assert.equal(here.users.inspect().blamed.length, 1);
    await others();
    const before = failures(here);
    await broken();
    assert.equal(failures(here), before);
  });
});

describe('run', () => {
  test('answers with what the call answers, synchronous or not, and settles the lease', async () => {
    const here = stage({}, 'a');
    assert.equal(
      await here.users.run((instance, { attempt, signal }) => `${instance.id}${attempt}${signal.aborted}`),
      'a1false',
    );
    assert.equal(await here.users.run(async () => 7), 7);
    assert.equal(inFlight(here), 0);
    assert.ok(here.see('a').evidence.all > 1.9);
  });

  test('repeats what failed on another instance, and rejects with what the last attempt threw', async () => {
    const here = stage({ retries: { max: 3 } }, 'abcd');
    const good = calls(REFUSED, REFUSED);
    assert.match(await here.users.run(good.call), /^from /);
    assert.equal(new Set(good.asked).size, 3, 'three instances');
    const bad = calls(REFUSED, REFUSED, REFUSED, RESET);
    await assert.rejects(here.users.run(bad.call), RESET);
    assert.equal(new Set(bad.asked).size, 4);
    assert.equal(inFlight(here), 0);
  });

  test('repeats only what reached nobody, unless it is idempotent', async () => {
    const here = stage({ retries: { max: 2 } }, 'abc');
    for (const [error, idempotent, attempts] of [
      [REFUSED, false, 2],
      [RESET, false, 1],
      [RESET, true, 2],
      [coded('ETIMEDOUT'), false, 1],
    ] as const) {
      const { call, asked } = calls(error);
      await here.users.run(call, { idempotent }).catch(() => {});
      assert.equal(asked.length, attempts, `${error.message} ${idempotent}`);
    }
  });

  test('never asks an instance twice, and pays for no retry when nobody else is left', async () => {
    const here = stage({ retries: { max: 5, budget: 0, minPerSecond: 1 } }, 'a');
    const { call, asked } = calls(REFUSED, REFUSED);
    await assert.rejects(here.users.run(call), REFUSED);
    assert.equal(asked.length, 1);
    assert.equal(value(here, 'hale_retry_budget_remaining'), 10);
  });

  test('rejects with the last error, not for want of an instance, when the others are out', async () => {
    const here = stage({ retries: { max: 3 } }, 'abc');
    for (const id of 'bc') here.users.override(id, { circuit: 'open' });
    const { call, asked } = calls(REFUSED, REFUSED);
    await assert.rejects(here.users.run(call), REFUSED);
    assert.equal(asked.length, 1);
  });

  test('pays for no retry when the others are out, drained or paused', async () => {
    for (const take of [{ circuit: 'open' }, { mode: 'drain' }] as const) {
      const here = stage({ retries: { max: 1, budget: 0, minPerSecond: 1 }, circuitBreakThreshold: 200 }, 'abc');
      for (const id of 'bc') here.users.override(id, take);
      for (let i = 0; i < 20; i++)
        await assert.rejects(
          here.users.run(() => Promise.reject(REFUSED)),
          REFUSED,
        );
      assert.equal(value(here, 'hale_retry_budget_remaining'), 10);
      assert.equal(value(here, 'hale_retries_total', { result: 'allowed' }), 0);
    }
  });

  test('waits for the next attempt without paying, and gives its place back when the budget is spent meanwhile', async () => {
    const here = stage(
      { retries: { max: 1, budget: 0, minPerSecond: 0.1 }, maxWait: '10s', jitter: 0, healthThreshold: 0.01 },
      'ab',
    );
    here.users.recordError('b', { cause: 'overload', retryAfterMs: 3000 });
    const asked: string[] = [];
    const pending = [1, 2].map(() =>
      here.users.run((instance) => {
        asked.push(instance.id);
        throw REFUSED;
      }),
    );
    const ends = Promise.allSettled(pending);
    await here.clock.advance(100);
    assert.equal(value(here, 'hale_retry_budget_remaining'), 1, 'waiting costs nothing');
    await here.clock.advance(4000);
    await ends;
    assert.deepEqual(asked, ['a', 'a', 'b'], 'one retry was paid for');
    assert.equal(value(here, 'hale_retries_total', { result: 'allowed' }), 1);
    assert.equal(value(here, 'hale_retries_total', { result: 'budget' }), 1);
    assert.equal(inFlight(here), 0);
  });

  test('keeps to the budget: with 20 % and no floor, five requests pay for one retry', async () => {
    const here = stage(
      {
        retries: { max: 1, budget: 0.2, minPerSecond: 0 },
        circuitBreakThreshold: 200,
        healthThreshold: 0.01,
        recoveryThreshold: 0.5,
      },
      'abcd',
    );
    let attempts = 0;
    for (let i = 0; i < 100; i++) {
      await here.users
        .run(() => {
          attempts++;
          throw REFUSED;
        })
        .catch(() => {});
      here.clock.runUntil(here.clock.now() + 10);
    }
    assert.equal(attempts, 120);
    assert.equal(value(here, 'hale_retries_total', { result: 'allowed' }), 20);
    assert.equal(value(here, 'hale_retries_total', { result: 'budget' }), 80);
  });

  test('stops after maxKills instances have broken under one request', async () => {
    const here = stage({ retries: { max: 9, maxKills: 2 } }, 'abcdef');
    const { call, asked } = calls(RESET, RESET, RESET, RESET);
    await assert.rejects(here.users.run(call, { idempotent: true }), RESET);
    assert.equal(asked.length, 2);
    const refusals = calls(REFUSED, REFUSED, REFUSED, REFUSED);
    assert.match(await here.users.run(refusals.call), /^from/, 'who refused was not broken by it');
  });

  test('takes `retries` for this request, at most ten', async () => {
    const here = stage({ retries: { minPerSecond: 1000 } }, 'abcdefghijklmnop');
    for (const [retries, attempts] of [
      [0, 1],
      [2, 3],
      [2.9, 3],
      [1e9, 11],
    ] as const) {
      const { call, asked } = calls(...Array.from({ length: 20 }, () => REFUSED));
      await assert.rejects(here.users.run(call, { retries }), REFUSED);
      assert.equal(asked.length, attempts);
      here.clock.runUntil(here.clock.now() + 400_000);
    }
  });
});

describe('evidence of a run', () => {
  test('of a call that was aborted by its caller is none', async () => {
    const here = stage({ retries: { max: 3 } }, 'ab');
    const controller = new AbortController();
    const pending = here.users.run(
      (_, { signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(coded('ECONNRESET')))),
      { signal: controller.signal, idempotent: true },
    );
    assert.equal(inFlight(here), 1);
    controller.abort();
    await assert.rejects(pending, { code: 'ECONNRESET' });
    assert.deepEqual([inFlight(here), failures(here)], [0, 0]);
  });

  test('whose signal has fired before it begins asks nobody', async () => {
    const here = stage({}, 'a');
    let asked = 0;
    const reason = new Error('gone');
    await assert.rejects(
      here.users.run(() => asked++, { signal: AbortSignal.abort(reason) }),
      reason,
    );
    assert.equal(asked, 0);
  });

  test('is what `classify` says', async () => {
    const here = stage({ retries: { max: 1 } }, 'abc');
    const outcomes: [Outcome, number, boolean][] = [
      [{ kind: 'ignored' }, 0, false],
      [{ kind: 'success' }, 0, false],
      [{ kind: 'failure', cause: 'overload', retryAfterMs: 1000 }, 0, true],
      [{ kind: 'failure', cause: 'server-error' }, 1, false],
    ];
    for (const [outcome, expected, pauses] of outcomes) {
      const before = failures(here);
      const { call, asked } = calls(new Error('mine'));
      await here.users.run(call, { classify: () => outcome }).catch(() => {});
      assert.equal(failures(here) - before, expected, JSON.stringify(outcome));
      assert.equal(
        here.users.inspect().instances.find(({ id }) => id === asked[0])!.evidence.pausedForMs !== null,
        pauses,
      );
    }
  });

  test('of a mistake of the caller itself is none', async () => {
    const here = stage({}, 'a');
    await assert.rejects(
      here.users.run(() => {
        throw coded('ERR_INVALID_ARG_TYPE');
      }),
    );
    assert.equal(failures(here), 0);
  });
});

describe('nobody to ask', () => {
  test('is a NoInstanceError that says of each why, at most of twenty, and when to come back', async () => {
    const here = stage(
      { jitter: 0 },
      Array.from({ length: 30 }, (_, i) => ({ id: `i${i}` })),
    );
    for (let i = 0; i < 30; i++)
      for (let n = 0; n < 5; n++) here.balancer.recordError('users', `i${i}`, { cause: 'reset' });
    await assert.rejects(
      here.users.run(() => 1),
      (error: unknown) => {
        assert.ok(error instanceof NoInstanceError);
        assert.equal(error.code, 'HALE_NO_INSTANCE');
        assert.equal(error.service, 'users');
        assert.equal(error.reasons.length, 20);
        assert.match(error.reasons[0].reason, /circuit open.*reset/);
        assert.equal(error.retryAfterMs, 300_000);
        return true;
      },
    );
    await assert.rejects(
      stage().users.run(() => 1),
      /it has none/,
    );
  });

  test('for want of room says what is in flight, and gives no time to come back at', async () => {
    const cases: [NonNullable<BalancerOptions['limits']>, number, string][] = [
      [{ maxInFlightPerInstance: 2 }, 1, '2 of 2 in flight'],
      [{ maxInFlight: 4 }, 1, 'the service has 4 of 4 in flight'],
      [{ maxInFlightPerInstance: 4 }, 3, '2 of 4 in flight, and the request costs 3'],
    ];
    for (const [limits, cost, reason] of cases) {
      const here = stage({ limits }, 'abc');
      here.users.override('c', { mode: 'drain' });
      const leases = Array.from({ length: 4 }, () => here.users.pick());
      await assert.rejects(
        here.users.run(() => 1, { cost }),
        (error: unknown) => {
          assert.ok(error instanceof NoInstanceError);
          assert.deepEqual(error.reasons, [
            { id: 'a', reason },
            { id: 'b', reason },
            { id: 'c', reason: 'an operator set it to drain' },
          ]);
          assert.equal(error.retryAfterMs, undefined);
          return true;
        },
      );
      for (const lease of leases) lease!.ignore();
    }
  });

  test('with maxWait is waited for on the clock: the pause ends, and the call goes out', async () => {
    const here = stage({ maxWait: '10s', jitter: 0 }, 'a');
    here.balancer.recordError('users', 'a', { cause: 'overload', retryAfterMs: 4000 });
    let done = false;
    const pending = here.users
      .run(() => here.clock.now())
      .then((at) => {
        done = true;
        return at;
      });
    await here.clock.advance(3900);
    assert.equal(done, false);
    await here.clock.advance(200);
    assert.ok((await pending) <= 1_000_000 + 4050);
  });

  test('while waiting an abort ends it at once, and an update ends it soon', async () => {
    const here = stage({ maxWait: '10s' });
    const controller = new AbortController();
    const reason = new Error('gone');
    const aborted = assert.rejects(
      here.users.run(() => 1, { signal: controller.signal }),
      reason,
    );
    const updated = here.users.run((instance) => instance.id);
    await here.clock.advance(100);
    controller.abort(reason);
    await aborted;
    here.users.update(named('z'));
    await here.clock.advance(60);
    assert.equal(await updated, 'z');
    assert.equal(here.clock.pending, 0, 'no timer is left');
  });
});

function value({ balancer }: Stage, name: InstrumentValue['name'], labels: Record<string, string> = {}): number {
  const found = balancer
    .metrics()
    .find((one) => one.name === name && Object.entries(labels).every(([key, text]) => one.labels[key] === text));
  return found !== undefined && 'value' in found ? found.value : NaN;
}
