import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Outcome } from '../model/index.ts';
import { classifyError, classifyGrpc, classifyStatus, parseRetryAfter } from './classify.ts';

/** The wall clock of these tests: Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110's examples. */
const NOW = 784_111_777_000;
const word = (outcome: Outcome): string => (outcome.kind === 'failure' ? outcome.cause : outcome.kind);

test('answers below 400 are successes', () => {
  for (const status of [100, 101, 200, 204, 301, 304, 399])
    assert.equal(word(classifyStatus(status)), 'success', `${status}`);
});

test('client errors say nothing of the instance, but for 429', () => {
  for (const status of [400, 401, 404, 408, 418, 499])
    assert.equal(word(classifyStatus(status, '5')), 'ignored', `${status}`);
  assert.equal(word(classifyStatus(429)), 'overload');
});

test('server errors are failures', () => {
  for (const status of [500, 501, 502, 503, 504, 599])
    assert.equal(word(classifyStatus(status)), 'server-error', `${status}`);
});

test('503 with a readable Retry-After asks for patience, with an unreadable one it is a failure', () => {
  assert.deepEqual(classifyStatus(503, '7'), { kind: 'failure', cause: 'overload', retryAfterMs: 7000 });
  for (const garbage of ['', 'soon', '-1', '1.5', 'Sun, 06 Nov 1994 08:49:37'])
    assert.equal(word(classifyStatus(503, garbage, NOW)), 'server-error', garbage);
});

test('429 asks for patience whatever its Retry-After says', () => {
  assert.deepEqual(classifyStatus(429, '3'), { kind: 'failure', cause: 'overload', retryAfterMs: 3000 });
  assert.deepEqual(classifyStatus(429, 'soon'), { kind: 'failure', cause: 'overload' });
});

test('what is no status is a failure', () => {
  for (const status of [NaN, 0, -1, 99, 600, 1000, 200.5, Infinity])
    assert.equal(word(classifyStatus(status)), 'other', `${status}`);
});

test('classifying an ordinary answer allocates nothing', () => {
  assert.equal(classifyStatus(200), classifyStatus(204));
  assert.equal(classifyStatus(500), classifyStatus(502));
  assert.ok(Object.isFrozen(classifyStatus(200)));
});

test('Retry-After is whole seconds, or a date in one of three forms', () => {
  const rows: readonly [string, number | undefined][] = [
    ['0', 0],
    ['120', 120_000],
    [' 120 ', 120_000],
    ['99999999999999999999', Number.MAX_SAFE_INTEGER],
    ['9'.repeat(64), Number.MAX_SAFE_INTEGER],
    ['9'.repeat(65), undefined],
    ['-5', undefined],
    ['+5', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['10, 20', undefined],
    ['', undefined],
    ['NaN', undefined],
    ['Sun, 06 Nov 1994 08:50:37 GMT', 60_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
    ['Sunday, 06-Nov-94 08:50:37 GMT', 60_000],
    ['Sun Nov  6 08:50:37 1994', 60_000],
    ['Wed Nov 16 08:49:37 1994', 864_000_000],
    ['Sunday, 06-Nov-44 08:49:37 GMT', 1_577_923_200_000], // 50 years ahead: 2044
    ['Sunday, 06-Nov-45 08:49:37 GMT', 0], // more than 50 years ahead: 1945
    ['Sun, 31 Nov 1994 08:49:37 GMT', undefined],
    ['Sun, 29 Feb 1995 08:49:37 GMT', undefined],
    ['Sun, 06 Nov 1994 24:49:37 GMT', undefined],
    ['Sun, 06 Nov 1994 08:49:37 UTC', undefined],
    ['Sun, 06 nov 1994 08:49:37 GMT', undefined],
    ['1994-11-06T08:50:37Z', undefined],
    ['tomorrow', undefined],
  ];
  for (const [text, ms] of rows) assert.equal(parseRetryAfter(text, NOW), ms, text);
});

test('a date is ignored when nobody says what time it is', () => {
  assert.equal(parseRetryAfter('Sun, 06 Nov 1994 08:50:37 GMT'), undefined);
  assert.equal(parseRetryAfter('Sun, 06 Nov 1994 08:50:37 GMT', NaN), undefined);
});

test('dates are read as the runtime writes them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
      assert.equal(parseRetryAfter(new Date(seconds * 1000).toUTCString(), 0), seconds * 1000);
    }),
  );
});

test('whatever a header says, the wish is a finite number that is not negative, or none', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9.: ,GMT]*$/)), fc.double(), (text, now) => {
      const ms = parseRetryAfter(text, now);
      assert.ok(ms === undefined || (ms >= 0 && Number.isFinite(ms)));
    }),
  );
});

test('errors are judged by code, name and cause', () => {
  const coded = (code: string | number, more: object = {}): Error => Object.assign(new Error('x'), { code, ...more });
  const rows: readonly [unknown, string][] = [
    [coded('ECONNREFUSED'), 'connect'],
    [coded('EHOSTUNREACH'), 'connect'],
    [coded('ENOTFOUND'), 'connect'],
    [coded('ETIMEDOUT', { syscall: 'connect' }), 'connect'],
    [coded('ENOENT', { syscall: 'connect' }), 'connect'],
    [coded('ENOENT', { syscall: 'open' }), 'other'],
    [coded('UND_ERR_CONNECT_TIMEOUT'), 'connect'],
    [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'connect'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'connect'],
    [coded('ETIMEDOUT', { syscall: 'read' }), 'timeout'],
    [coded('UND_ERR_HEADERS_TIMEOUT'), 'timeout'],
    [coded('UND_ERR_BODY_TIMEOUT'), 'timeout'],
    [coded('ECONNRESET'), 'reset'],
    [coded('EPIPE'), 'reset'],
    [coded('UND_ERR_SOCKET'), 'reset'],
    [coded('ABORT_ERR'), 'ignored'],
    [coded('UND_ERR_ABORTED'), 'ignored'],
    [coded('UND_ERR_INVALID_ARG'), 'ignored'],
    [coded('EMFILE'), 'ignored'],
    [coded('EADDRNOTAVAIL'), 'ignored'],
    [coded('UND_ERR_RESPONSE', { statusCode: 500 }), 'server-error'],
    [coded('UND_ERR_RESPONSE_STATUS_CODE', { statusCode: 404 }), 'ignored'],
    [coded('HPE_INVALID_CONSTANT'), 'other'],
    [coded(14, { metadata: {} }), 'server-error'],
    [coded(5, { metadata: {} }), 'ignored'],
    [coded(14), 'other'],
    [AbortSignal.abort().reason, 'ignored'],
    [new DOMException('late', 'TimeoutError'), 'timeout'],
    [new TypeError('fetch failed', { cause: coded('ECONNREFUSED') }), 'connect'],
    [new TypeError('fetch failed', { cause: new AggregateError([coded('EHOSTUNREACH'), coded('x')]) }), 'connect'],
    [new Error('what the application threw'), 'other'],
    ['a string', 'other'],
    [undefined, 'other'],
    [null, 'other'],
    [42, 'other'],
    [{ code: '__proto__', name: 'constructor' }, 'other'],
  ];
  for (const [error, expected] of rows)
    assert.equal(word(classifyError(error)), expected, String((error as { code?: string } | null)?.code ?? error));
});

test('an error whose getters throw, or whose causes form a circle, is only another failure', () => {
  const hostile = Object.defineProperty(new Error('x'), 'code', {
    get() {
      throw new Error('from a getter');
    },
  });
  assert.equal(word(classifyError(hostile)), 'other');
  const circle = new Error('x');
  circle.cause = circle;
  assert.equal(word(classifyError(circle)), 'other');
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.equal(word(classifyError(proxy)), 'other');
});

test('every gRPC code has its outcome', () => {
  const words = Array.from({ length: 17 }, (_, code) => word(classifyGrpc(code)));
  assert.deepEqual(words, [
    'success',
    'ignored',
    'server-error',
    'ignored',
    'timeout',
    'ignored',
    'ignored',
    'ignored',
    'overload',
    'ignored',
    'ignored',
    'ignored',
    'ignored',
    'server-error',
    'server-error',
    'server-error',
    'ignored',
  ]);
  for (const code of [-1, 17, 1.5, NaN]) assert.equal(word(classifyGrpc(code)), 'other', `${code}`);
});
