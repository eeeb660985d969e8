import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EjectionCase, Mercy } from './index.ts';
import { mercyFor } from './index.ts';

/** instances, out, cap, panics, certain, comparison -> why it stays. */
type Row = readonly [
  instances: number,
  out: number,
  cap: number,
  panics: boolean,
  isCertain: boolean,
  isComparison: boolean,
  mercy: Mercy,
];

const judge = ([instances, out, cap, panics, isCertain, isComparison]: Row): Mercy =>
  mercyFor({ instances, out, cap, panics, isCertain, isComparison });

test('at most the cap of a service may be out', () => {
  const rows: readonly Row[] = [
    [8, 0, 0.5, true, false, true, undefined],
    [8, 3, 0.5, true, false, true, undefined],
    [8, 4, 0.5, true, false, true, 'cap'],
    [8, 4, 0.5, true, false, false, 'cap'],
    [8, 4, 0.5, false, false, true, 'cap'],
    [7, 2, 0.5, true, false, true, undefined],
    [7, 3, 0.5, true, false, true, 'cap'],
    [3, 0, 0.5, true, false, true, undefined],
    [3, 1, 0.5, true, false, true, 'cap'],
    [10, 2, 0.3, true, false, true, undefined],
    [10, 3, 0.3, true, false, true, 'cap'],
    [10, 0, 0, true, false, true, 'cap'],
    [10, 8, 1, true, false, true, undefined],
  ];
  for (const row of rows) assert.equal(judge(row), row[6], `${row}`);
});

test('a cap that is a fraction in decimals is met exactly: three of ten at .3, seven of ten at .7', () => {
  for (let tenths = 1; tenths <= 9; tenths++) {
    assert.equal(judge([10, tenths - 1, tenths / 10, false, false, true, undefined]), undefined, `.${tenths}`);
    assert.equal(judge([10, tenths, tenths / 10, false, false, true, 'cap']), 'cap', `.${tenths}`);
  }
});

test('refused connections and failed checks are certain, and no cap holds them', () => {
  assert.equal(judge([8, 4, 0.5, true, true, true, undefined]), undefined);
  assert.equal(judge([8, 6, 0, true, true, false, undefined]), undefined);
});

test('the last closed one of a service that panics stays, whatever the proof', () => {
  for (const isCertain of [true, false]) {
    for (const isComparison of [true, false])
      assert.equal(judge([8, 7, 1, true, isCertain, isComparison, 'last']), 'last');
  }
  assert.equal(judge([1, 0, 1, true, true, false, 'last']), 'last');
  assert.equal(judge([2, 1, 0.5, true, false, true, 'last']), 'last', 'before the cap is asked');
});

test('where too few healthy means refusing, the last one may go', () => {
  assert.equal(judge([8, 7, 1, false, false, true, undefined]), undefined);
  assert.equal(judge([1, 0, 1, false, false, false, undefined]), undefined);
});

test('a service of one is never opened by comparison: there is nothing to compare it with', () => {
  for (const panics of [true, false]) {
    for (const isCertain of [true, false]) assert.equal(judge([1, 0, 1, panics, isCertain, true, 'alone']), 'alone');
  }
  assert.equal(judge([0, 0, 1, false, false, true, 'alone']), 'alone');
});

test('the whole table, by the rule in words', () => {
  const choices = [true, false];
  for (let instances = 1; instances <= 6; instances++) {
    for (let out = 0; out < instances; out++) {
      for (const halves of [0, 1, 2]) {
        for (const panics of choices) {
          for (const isCertain of choices) {
            for (const isComparison of choices) {
              const one: EjectionCase = { instances, out, cap: halves / 2, panics, isCertain, isComparison };
              const isAlone = instances === 1 && isComparison;
              const isLast = panics && instances - out === 1;
              const isCapped = !isCertain && 2 * (out + 1) > halves * instances;
              assert.equal(
                mercyFor(one),
                isAlone ? 'alone' : isLast ? 'last' : isCapped ? 'cap' : undefined,
                JSON.stringify(one),
              );
            }
          }
        }
      }
    }
  }
});
