import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAnswer, readThrown, readTimeout } from './answer.ts';

test('true is a good check, with the measured latency', () => {
  assert.deepEqual(readAnswer(true, 12), {
    outcome: { kind: 'success', latencyMs: 12, source: 'check' },
    passed: true,
  });
});

test('false is a failed check', () => {
  const { outcome, passed } = readAnswer(false, 12);
  assert.deepEqual(outcome, { kind: 'failure', cause: 'check', latencyMs: 12, source: 'check' });
  assert.equal(passed, false);
});

test('an outcome is taken at its word, but its source is the check', () => {
  const success = readAnswer({ kind: 'success', latencyMs: 3, source: 'traffic' }, 12);
  assert.deepEqual(success.outcome, { kind: 'success', latencyMs: 3, source: 'check' });
  const overload = readAnswer({ kind: 'failure', cause: 'overload', retryAfterMs: 500, reason: 'full' }, 12);
  assert.deepEqual(overload.outcome, {
    kind: 'failure',
    cause: 'overload',
    latencyMs: 12,
    retryAfterMs: 500,
    source: 'check',
  });
  assert.equal(overload.reason, 'full');
  assert.equal(overload.passed, undefined, 'it asks for patience: neither good nor failed');
  assert.deepEqual(readAnswer({ kind: 'ignored' }, 12), {
    outcome: { kind: 'ignored', source: 'check' },
    passed: undefined,
  });
});

const hostile = {
  get kind(): string {
    throw new Error('a getter');
  },
};

for (const answer of [
  undefined,
  null,
  1,
  'ok',
  '',
  [],
  {},
  { kind: 'fine' },
  { status: 200, ok: true },
  () => true,
  Symbol('x'),
  1n,
  hostile,
]) {
  test(`anything else is a failed check: ${String(typeof answer)} ${Object.keys(Object(answer)).join()}`, () => {
    const { outcome, passed, reason } = readAnswer(answer, 1);
    assert.equal(passed, false);
    assert.equal(outcome.kind === 'failure' && outcome.cause, 'check');
    assert.ok(reason);
  });
}

test('an unknown cause is `check`, and numbers that are no durations are left out', () => {
  const { outcome } = readAnswer({ kind: 'failure', cause: 'gremlins', latencyMs: Number.NaN, retryAfterMs: -1 }, -5);
  assert.deepEqual(outcome, { kind: 'failure', cause: 'check', source: 'check' });
});

test('a throw is a failed check whatever was thrown, and its words fit on one line', () => {
  assert.equal(readThrown(new Error('no\nroute\u001b[31m'), 1).reason, 'the check threw no route [31m');
  assert.equal(readThrown(new Error('x'.repeat(1e6)), 1).reason?.length, 200);
  for (const thrown of [
    undefined,
    null,
    'text',
    7,
    Symbol('x'),
    Object.create(null),
    new Proxy(new Error('x'), {
      get: () => {
        throw new Error('trap');
      },
    }),
  ]) {
    assert.equal(readThrown(thrown, 1).passed, false);
  }
});

test('a time-out has its own cause', () => {
  assert.deepEqual(readTimeout(1000).outcome, { kind: 'failure', cause: 'timeout', latencyMs: 1000, source: 'check' });
});

test('no answer makes it throw, and every outcome has the source `check`', () => {
  fc.assert(
    fc.property(fc.anything(), fc.double(), (answer, latencyMs) => {
      const { outcome, passed } = readAnswer(answer, latencyMs);
      assert.equal(outcome.source, 'check');
      assert.equal(passed, outcome.kind === 'ignored' ? undefined : outcome.kind === 'success');
    }),
  );
});
