import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FailureCause } from './outcome.ts';
import * as outcome from './outcome.ts';
import { causeNumber, FAILURE_CAUSES } from './outcome.ts';

test('the number of a cause is its place in the list, and has a name of its own', () => {
  const named: Readonly<Record<FailureCause, number>> = {
    connect: outcome.CONNECT,
    timeout: outcome.TIMEOUT,
    reset: outcome.RESET,
    'server-error': outcome.SERVER_ERROR,
    overload: outcome.OVERLOAD,
    check: outcome.CHECK,
    other: outcome.OTHER,
  };
  assert.equal(Object.keys(named).length, FAILURE_CAUSES.length);
  for (const cause of FAILURE_CAUSES) {
    assert.equal(causeNumber(cause), named[cause]);
    assert.equal(FAILURE_CAUSES[causeNumber(cause)], cause);
  }
});

test('a word that is no cause is another failure and throws nothing', () => {
  for (const wrong of ['', 'Connect', '__proto__', undefined, null, 5, {}, NaN])
    assert.equal(causeNumber(wrong as FailureCause), outcome.OTHER);
});
