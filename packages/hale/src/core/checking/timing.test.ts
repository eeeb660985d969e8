import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CheckKnobs, CheckState } from './timing.ts';
import { putOffMs, stretch, waitMs } from './timing.ts';

const knobs: CheckKnobs = {
  checkInterval: 30_000,
  jitter: 0.2,
  check: { when: 'always', timeout: 1000, rise: 2, fall: 2, concurrency: 16 },
};
const onlyOut: CheckKnobs = { ...knobs, check: { ...knobs.check, when: 'out' } };
const closed: CheckState = { circuit: 'closed', mode: 'ready', msSinceGoodTraffic: Infinity };

test('a closed instance waits one interval', () => {
  assert.equal(waitMs(false, 7, knobs), 30_000);
});

test('an instance that is out waits one second, doubling up to the interval', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 6, 1e9].map((step) => waitMs(true, step, knobs)),
    [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000],
  );
});

test('with an interval below a second, that is the wait of all', () => {
  assert.equal(waitMs(true, 0, { ...knobs, checkInterval: 200 }), 200);
});

test('waits are stretched upward only, by at most the jitter', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (chance) => {
      const ms = stretch(1000, knobs, chance);
      assert.ok(ms >= 1000 && ms <= 1200);
    }),
  );
});

test('nobody is checked in maintenance, whatever the circuit', () => {
  for (const circuit of ['closed', 'open', 'half-open'] as const) {
    assert.ok(putOffMs({ ...closed, circuit, mode: 'maintenance' }, undefined, 1e9, knobs) > 0);
  }
});

test('a draining instance is checked on', () => {
  assert.equal(putOffMs({ ...closed, mode: 'drain' }, true, 30_000, knobs), 0);
});

test('with `when: out` a closed instance is passed over, one that is out is not', () => {
  assert.ok(putOffMs(closed, undefined, 1e9, onlyOut) > 0);
  assert.equal(putOffMs({ ...closed, circuit: 'open' }, undefined, 1e9, onlyOut), 0);
  assert.equal(putOffMs({ ...closed, circuit: 'half-open' }, undefined, 1e9, onlyOut), 0);
});

test('good traffic puts a check off until it has been silent for an interval', () => {
  assert.equal(putOffMs({ ...closed, msSinceGoodTraffic: 10_000 }, true, 30_000, knobs), 20_000);
  assert.equal(putOffMs({ ...closed, msSinceGoodTraffic: 30_000 }, true, 30_000, knobs), 0);
});

test('good traffic puts a check off to four intervals after the last one, no further', () => {
  assert.equal(putOffMs({ ...closed, msSinceGoodTraffic: 0 }, true, 115_000, knobs), 5000);
  assert.equal(putOffMs({ ...closed, msSinceGoodTraffic: 0 }, true, 120_000, knobs), 0);
});

test('good traffic vouches neither before the first check, nor after a failed one, nor for an instance that is out', () => {
  const busy = { ...closed, msSinceGoodTraffic: 0 };
  assert.equal(putOffMs(busy, undefined, 30_000, knobs), 0);
  assert.equal(putOffMs(busy, false, 30_000, knobs), 0);
  assert.equal(putOffMs({ ...busy, circuit: 'open' }, true, 30_000, knobs), 0);
});

test('a nonsense age of traffic vouches for nothing', () => {
  for (const msSinceGoodTraffic of [Number.NaN, -1, Infinity])
    assert.equal(putOffMs({ ...closed, msSinceGoodTraffic }, true, 30_000, knobs), 0);
});
