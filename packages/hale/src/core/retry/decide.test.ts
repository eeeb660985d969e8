import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FAILURE_CAUSES } from '../model/index.ts';
import { RetryBudget } from './budget.ts';
import type { RetryQuestion } from './decide.ts';
import { isKill, retryVerdict } from './decide.ts';
import { isIdempotent } from './idempotent.ts';

const question: RetryQuestion = {
  attempt: 1,
  cause: 'reset',
  idempotent: true,
  delivered: true,
  replayable: true,
  kills: 1,
};
const retries = { max: 2, maxKills: 2 };
const mayRetry = (...question: Parameters<typeof retryVerdict>): boolean => retryVerdict(...question) === 'allowed';
const plenty = (): RetryBudget => new RetryBudget({ budget: 0, minPerSecond: 100 });

test('the verdict names the first thing that stands in the way', () => {
  const rows: readonly [Partial<RetryQuestion>, string][] = [
    [{}, 'allowed'],
    [{ attempt: 2 }, 'allowed'],
    [{ attempt: 3 }, 'attempts'],
    [{ attempt: NaN }, 'attempts'],
    [{ replayable: false }, 'not-replayable'],
    [{ replayable: false, delivered: false }, 'not-replayable'],
    [{ idempotent: false }, 'unsafe'],
    [{ idempotent: false, cause: 'timeout' }, 'unsafe'],
    [{ idempotent: true, cause: 'timeout' }, 'allowed'],
    [{ idempotent: false, delivered: false, cause: 'connect', kills: 0 }, 'allowed'],
    [{ idempotent: false, delivered: false, cause: 'timeout', kills: 1 }, 'allowed'],
    [{ kills: 2 }, 'kills'],
    [{ kills: NaN }, 'kills'],
    [{ suspected: true }, 'allowed'],
    [{ suspected: true, attempt: 2 }, 'kills'],
    [{ suspected: true, attempt: 2, cause: 'server-error', kills: 0 }, 'kills'],
    [{ suspected: false, attempt: 2, cause: 'server-error', kills: 0 }, 'allowed'],
    [{ attempt: 3, replayable: false, idempotent: false, kills: 9 }, 'attempts'],
  ];
  for (const [change, verdict] of rows)
    assert.equal(retryVerdict({ ...question, ...change }, retries, plenty(), 0), verdict, JSON.stringify(change));
});

test('no retries are configured, so none is made', () => {
  assert.equal(retryVerdict(question, { max: 0, maxKills: 2 }, plenty(), 0), 'attempts');
});

test('an empty budget refuses, and a verdict costs the budget nothing', () => {
  const budget = new RetryBudget({ budget: 1, minPerSecond: 0 });
  assert.equal(retryVerdict(question, retries, budget, 0), 'budget');
  budget.deposit(0);
  for (const change of [{}, { attempt: 9 }, { replayable: false }, { idempotent: false }, { kills: 2 }])
    mayRetry({ ...question, ...change }, retries, budget, 0);
  assert.equal(budget.remaining(0), 1);
  assert.equal(mayRetry(question, retries, budget, 0), true);
  budget.withdraw(0);
  assert.equal(mayRetry(question, retries, budget, 0), false);
});

test('whatever is asked, a request that reached an instance and is not idempotent is never sent twice', () => {
  const anything = fc.record({
    attempt: fc.integer(),
    cause: fc.constantFrom(...FAILURE_CAUSES),
    replayable: fc.boolean(),
    kills: fc.integer(),
  });
  fc.assert(
    fc.property(anything, (rest) => {
      assert.equal(
        mayRetry({ ...rest, idempotent: false, delivered: true }, { max: 10, maxKills: 10 }, plenty(), 0),
        false,
      );
    }),
  );
});

test('a request that broke as many instances as it may is not tried on another, however many attempts are left', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 0, max: 10 }), (maxKills, more) => {
      assert.equal(mayRetry({ ...question, kills: maxKills + more }, { max: 10, maxKills }, plenty(), 0), false);
    }),
  );
});

test('resets and time-outs count as kills, refusals and answers do not', () => {
  assert.deepEqual(FAILURE_CAUSES.filter(isKill), ['timeout', 'reset']);
});

test('methods are idempotent by RFC 9110, by their exact name', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])
    assert.equal(isIdempotent(method), true, method);
  for (const method of ['POST', 'PATCH', 'CONNECT', 'get', 'LOCK', '', '__proto__', 'GET '])
    assert.equal(isIdempotent(method), false, method);
});
