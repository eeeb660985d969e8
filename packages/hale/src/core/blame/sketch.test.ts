import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CELLS, FORGET_MS, KeySketch, WATCH } from './sketch.ts';

test('a key finds its cell again, and one without a cell finds none', () => {
  const sketch = new KeySketch();
  const cell = sketch.take(77, 0);
  assert.equal(sketch.find(77), cell);
  assert.equal(sketch.find(78), -1);
  sketch.clear(cell);
  assert.equal(sketch.find(77), -1);
});

test('the key with the least guilt gives way, of equals the oldest, and one that is blamed never', () => {
  const sketch = new KeySketch();
  // All of one set.
  const cells = [1, 2, 3, 4].map((number) => sketch.take(number << 6, number));
  cells.forEach((cell, index) => sketch.setGuilt(cell, [3, 1, 1, 2][index]));
  assert.equal(sketch.take(5 << 6, 10), cells[1]);
  sketch.setGuilt(cells[1], 4);
  assert.equal(sketch.take(6 << 6, 11), cells[2]);
  for (const cell of cells) sketch.blame(cell, 0, true);
  assert.equal(sketch.take(7 << 6, 12), -1);
});

test('one that has expired gives way before all others', () => {
  const sketch = new KeySketch();
  const cells = [1, 2, 3, 4].map((number) => sketch.take(number << 6, number === 3 ? 0 : FORGET_MS - 1));
  cells.forEach((cell) => sketch.setGuilt(cell, 3));
  assert.equal(sketch.take(5 << 6, FORGET_MS), cells[2]);
});

test('times are 32 bits: after weeks, and behind a clock that went back, a key has expired', () => {
  const sketch = new KeySketch();
  const cell = sketch.take(1, 2 ** 31 - 10);
  assert.equal(sketch.isExpired(cell, 2 ** 31 + 10), false);
  assert.equal(sketch.isExpired(cell, 2 ** 31 + FORGET_MS), true);
  assert.equal(sketch.isExpired(cell, 0), true);
});

test('whatever is done to it, it counts who is watched and who is blamed', () => {
  const act = fc.record({
    what: fc.constantFrom('take', 'guilt', 'blame', 'clear'),
    tag: fc.integer({ min: 1, max: 400 }),
    guilt: fc.double({ min: 0, max: 8, noNaN: true }),
    now: fc.integer({ min: 0, max: 200_000 }),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 300 }), (acts) => {
      const sketch = new KeySketch();
      for (const { what, tag, guilt, now } of acts) {
        const cell = sketch.find(tag);
        if (cell < 0) sketch.take(tag, now);
        else if (what === 'guilt') sketch.setGuilt(cell, guilt);
        else if (what === 'blame') sketch.blame(cell, tag, true);
        else if (what === 'clear') sketch.clear(cell);
      }
      const cells = Array.from({ length: CELLS }, (_, cell) => cell);
      assert.equal(sketch.watched, cells.filter((cell) => sketch.guiltOf(cell) >= WATCH).length);
      assert.equal(sketch.blamed, cells.filter((cell) => sketch.isBlamed(cell)).length);
    }),
  );
});
