import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, parseDuration } from './duration.ts';

test('a duration is a number and its unit', () => {
  const rows: readonly [string, number][] = [
    ['250ms', 250],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
    ['4d', 345_600_000],
    ['0s', 0],
    ['0.0001s', 0.1],
    ['007s', 7000],
  ];
  for (const [text, ms] of rows) assert.equal(parseDuration(text), ms, text);
});

test('what has no unit, a sign, a space, an exponent or another unit is no duration', () => {
  for (const text of [
    '',
    '30',
    's',
    '-1s',
    '+1s',
    ' 1s',
    '1s ',
    '1 s',
    '1e3s',
    '1.s',
    '.5s',
    '1,5s',
    '1S',
    '1sec',
    '1w',
    '1us',
    '1m30s',
    '1.23456s',
    'Infinitys',
    'NaNs',
    '0x1s',
    '1s\n',
    '１s',
    '__proto__',
    '1toString',
  ]) {
    assert.equal(parseDuration(text), undefined, JSON.stringify(text));
  }
});

test('a long row of digits is refused, however long', () => {
  assert.equal(parseDuration(`${'9'.repeat(16)}ms`), 1e16);
  assert.equal(parseDuration(`${'9'.repeat(17)}ms`), undefined);
  assert.equal(parseDuration(`${'9'.repeat(1_000_000)}s`), undefined);
});

test('what is written is read back within a twentieth', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400_000_000_000 }), (ms) => {
      const read = parseDuration(formatDuration(ms));
      assert.ok(read !== undefined && Math.abs(read - ms) <= ms / 19, `${ms} -> ${formatDuration(ms)} -> ${read}`);
    }),
  );
});

test('whole numbers of a unit are read back exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999 }), fc.constantFrom('ms', 's', 'm', 'h', 'd'), (count, unit) => {
      const ms = parseDuration(`${count}${unit}`);
      assert.ok(ms !== undefined);
      const read = parseDuration(formatDuration(ms));
      assert.ok(read !== undefined && Math.abs(read - ms) <= ms / 19);
      if (ms < 1000 || count % (unit === 's' || unit === 'm' ? 60 : 24) === count) assert.equal(read, ms);
    }),
  );
});

test('the shortest text is chosen', () => {
  const rows: readonly [number, string][] = [
    [0, '0ms'],
    [12.3, '12ms'],
    [999, '999ms'],
    [1000, '1s'],
    [1500, '1.5s'],
    [300_000, '5m'],
    [3_600_000, '1h'],
    [345_600_000, '4d'],
    [59_990, '1m'],
    [999.7, '1s'],
    [3_599_999, '1h'],
    [86_399_000, '1d'],
  ];
  for (const [ms, text] of rows) assert.equal(formatDuration(ms), text, `${ms}`);
});

test('what is no length of time is written without lying or throwing', () => {
  assert.equal(formatDuration(NaN), '?');
  assert.equal(formatDuration(Infinity), '?');
  assert.equal(formatDuration(-5), '?');
});
