import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ConfigError, describe, ERROR_CODES, HaleError, NoInstanceError } from './errors.ts';

test('every error carries a code of the catalogue and its own name', () => {
  const errors = [new HaleError('HALE_CLOSED', 'x'), new ConfigError([]), new NoInstanceError('users', [], undefined)];
  for (const error of errors) {
    assert.ok(error instanceof Error && error instanceof HaleError);
    assert.ok(error.code in ERROR_CODES);
    assert.equal(error.name, error.constructor.name);
  }
});

test('every code says when it is thrown', () => {
  for (const [code, when] of Object.entries(ERROR_CODES)) {
    assert.match(code, /^HALE_[A-Z_]+$/);
    assert.ok(when.length > 10);
  }
});

test('a configuration error lists all of its faults, one a line', () => {
  const error = new ConfigError([
    { path: 'a', expected: 'x', received: '1' },
    { path: 'b[0].c', expected: 'y', received: 'nothing' },
  ]);
  assert.equal(error.message, 'a: expected x, received 1\nb[0].c: expected y, received nothing');
  assert.equal(error.faults.length, 2);
});

test('the error of a fruitless pick says of each instance why not', () => {
  assert.equal(
    new NoInstanceError('users', [], undefined).message,
    'no instance of "users" may be picked: it has none',
  );
  const error = new NoInstanceError(
    'a"b',
    [
      { id: 'x', reason: 'open' },
      { id: 'y', reason: 'drained' },
    ],
    1500,
  );
  assert.equal(error.message, 'no instance of "a\\"b" may be picked (x: open; y: drained)');
  assert.equal(error.retryAfterMs, 1500);
});

test('a wrong value is described by what it is', () => {
  const rows: readonly [unknown, string][] = [
    [undefined, 'nothing'],
    [null, 'null'],
    [true, 'true'],
    [NaN, 'NaN'],
    [-0, '0'],
    [Infinity, 'Infinity'],
    [12n, '12n'],
    ['', '""'],
    ['a\nb"', '"a\\nb\\""'],
    [[1, 2], 'a list of 2'],
    [{}, 'an object'],
    [new Date(0), 'an object'],
    [Object.create(null), 'an object'],
    [Symbol('secret'), 'a symbol'],
    [() => 1, 'a function'],
    [class {}, 'a function'],
  ];
  for (const [value, text] of rows) assert.equal(describe(value), text);
});

test('no description is longer than 80 characters or than one line', () => {
  fc.assert(
    fc.property(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSparseArray: true,
        withTypedArray: true,
        maxDepth: 2,
      }),
      (value) => {
        const text = describe(value);
        assert.ok(text.length <= 80 && !text.includes('\n'));
      },
    ),
  );
  for (const value of ['x'.repeat(100_000), '\u0000'.repeat(1000), 10n ** 1000n])
    assert.ok(describe(value).length <= 80);
});

test("no code of the value's own runs to describe it", () => {
  const trap = (): never => assert.fail('ran code of the value');
  const hostile = { toString: trap, toJSON: trap, valueOf: trap, [Symbol.toPrimitive]: trap };
  assert.equal(describe(hostile), 'an object');
  assert.equal(describe(Object.defineProperty({}, 'constructor', { get: trap })), 'an object');
  assert.equal(describe(new Proxy({}, { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap })), 'an object');
  assert.equal(describe(Object.assign(() => 1, hostile)), 'a function');
});
