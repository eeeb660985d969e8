import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fade } from './decay.ts';

const elapsed = fc.double({ min: 0, noNaN: true });

test('nothing is forgotten in no time and everything in infinite time', () => {
  assert.equal(fade(0), 1);
  assert.equal(fade(Infinity), 0);
});

test('what is left is a share from 0 to 1, and never less than e^-x', () => {
  fc.assert(
    fc.property(elapsed, (x) => {
      assert.ok(fade(x) >= 0 && fade(x) <= 1);
      assert.ok(fade(x) >= Math.exp(-x) * (1 - 1e-15));
    }),
  );
});

test('more time never leaves more', () => {
  fc.assert(fc.property(elapsed, elapsed, (a, b) => assert.ok(fade(Math.min(a, b)) >= fade(Math.max(a, b)))));
});

test('many small steps forget as e^-x does, and more than one long step', () => {
  for (const x of [0.5, 1, 3, 10]) {
    let left = 1;
    for (let step = 0; step < 10_000; step++) left *= fade(x / 10_000);
    assert.ok(Math.abs(left / Math.exp(-x) - 1) < 1e-4, `x = ${x}`);
    assert.ok(left < fade(x));
  }
});

test('it falls as its comment says', () => {
  assert.equal(fade(3).toFixed(3), '0.118');
});
