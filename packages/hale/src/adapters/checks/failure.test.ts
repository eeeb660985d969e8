import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf } from './failure.ts';

const calm = new AbortController().signal;
const coded = (code: string): Error => Object.assign(new Error(`connect ${code} 127.0.0.1:1`), { code });

test('a refused connection is told as `connect`, however deep it is wrapped', () => {
  const fetchError = new TypeError('fetch failed', { cause: coded('ECONNREFUSED') });
  const both = new TypeError('fetch failed', {
    cause: new AggregateError([coded('ECONNREFUSED'), coded('EHOSTUNREACH')], ''),
  });
  for (const error of [coded('ECONNREFUSED'), fetchError, both]) {
    const { cause, reason } = failureOf(error, calm);
    assert.equal(cause, 'connect');
    assert.equal(reason, 'connect ECONNREFUSED 127.0.0.1:1');
  }
});

test('a broken connection is told as `reset`, anything else as `check`', () => {
  assert.equal(failureOf(coded('ECONNRESET'), calm).cause, 'reset');
  assert.equal(failureOf(coded('CERT_HAS_EXPIRED'), calm).cause, 'check');
  for (const error of [undefined, null, 'text', {}]) assert.equal(failureOf(error, calm).cause, 'check');
});

test('whatever came after the time was over is a time-out', () => {
  assert.equal(failureOf(coded('ECONNRESET'), AbortSignal.abort()).cause, 'timeout');
});

test('a cause that leads back to itself ends', () => {
  const error = new Error('round') as Error & { cause?: unknown };
  error.cause = error;
  assert.equal(failureOf(error, calm).reason, 'round');
});
