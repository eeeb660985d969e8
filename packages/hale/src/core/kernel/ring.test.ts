import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Ring } from './ring.ts';

test('a ring keeps the last few, oldest first', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer(), { maxLength: 100 }), (capacity, items) => {
      const ring = new Ring<number>(capacity);
      for (const [index, item] of items.entries()) {
        ring.push(item);
        assert.deepEqual(ring.toArray(), items.slice(Math.max(0, index + 1 - capacity), index + 1));
      }
    }),
  );
});

test('what it gives out is a copy', () => {
  const ring = new Ring<number>(2);
  ring.push(1);
  ring.toArray().push(2);
  assert.deepEqual(ring.toArray(), [1]);
});

test('a capacity that is no whole number above 0 is refused', () => {
  for (const capacity of [0, -1, 1.5, NaN, Infinity])
    assert.throws(() => new Ring(capacity), RangeError, `${capacity}`);
});
