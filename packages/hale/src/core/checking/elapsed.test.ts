import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Elapsed } from './elapsed.ts';

test('counts from the first reading', () => {
  const elapsed = new Elapsed();
  assert.equal(elapsed.at(5000), 0);
  assert.equal(elapsed.at(5250), 250);
});

test('a clock that steps back adds nothing, and counts on from there', () => {
  const elapsed = new Elapsed();
  elapsed.at(5000);
  elapsed.at(6000);
  assert.equal(elapsed.at(100), 1000);
  assert.equal(elapsed.at(150), 1050);
});

test('a leap counts as a month at most, so the milliseconds after it still count', () => {
  const elapsed = new Elapsed();
  elapsed.at(0);
  const month = elapsed.at(1e300);
  assert.equal(month, 30 * 86_400_000);
  elapsed.at(0);
  assert.equal(elapsed.at(1), month + 1);
});

test('is finite and never goes back, whatever is read', () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { maxLength: 100 }), (readings) => {
      const elapsed = new Elapsed();
      let last = 0;
      for (const reading of readings) {
        const now = elapsed.at(reading);
        assert.ok(Number.isFinite(now) && now >= last);
        last = now;
      }
    }),
  );
});
