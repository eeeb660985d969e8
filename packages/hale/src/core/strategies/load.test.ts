// What `least-request` and `peak-ewma` make of load, latency and failures.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArrayView } from '../../testing/view.ts';
import { arrayView } from '../../testing/view.ts';
import { seededRandom } from '../kernel/index.ts';
import { caution } from './caution.ts';
import { leastRequest } from './least-request.ts';
import { DECAY_MS, peakEwma } from './peak-ewma.ts';
import type { Strategy } from './strategy.ts';

function shareOfFirst(strategy: Strategy, view: ArrayView, now = 0): number {
  const context = { now, random: seededRandom('load'), key: undefined, cost: 1 };
  let first = 0;
  for (let pick = 0; pick < 2_000; pick++) if (view.order(strategy.pick(view, context)) === 0) first++;
  return first / 2_000;
}

test('least-request takes the one with the fewest in flight for its weight', () => {
  const view = arrayView([
    { id: 'a', weight: 4, inFlight: 5 },
    { id: 'b', weight: 1, inFlight: 2 },
  ]);
  assert.equal(shareOfFirst(leastRequest(), view), 1);
  view.instances[0].inFlight = 9;
  // With a quarter of the share, b is missed by all 24 draws in .875^24 = 4 % of the picks.
  assert.ok(shareOfFirst(leastRequest(), view) < 0.06);
});

test('least-request is blind to latency', () => {
  const view = arrayView([
    { id: 'a', latencyMs: 1000 },
    { id: 'b', latencyMs: 1 },
  ]);
  const share = shareOfFirst(leastRequest(), view);
  assert.ok(share > 0.46 && share < 0.54, `received ${share}`);
});

for (const [name, factory] of [
  ['least-request', leastRequest],
  ['peak-ewma', peakEwma],
] as const) {
  test(`${name} sends less to an instance that fails at once, though it never has anything in flight`, () => {
    // The scores that two failures leave with the defaults: 1 - .5 x 2/5.
    const view = arrayView([
      { id: 'black hole', score: 0.8 },
      { id: 'b', inFlight: 4 },
      { id: 'c', inFlight: 4 },
    ]);
    assert.equal(shareOfFirst(factory(), view), 0);
  });

  test(`${name} keeps load even: a closed loop of equal instances never lets one hold more than two above the mean`, () => {
    const strategy = factory();
    const view = arrayView(Array.from({ length: 10 }, (_, place) => ({ id: `i${place}` })));
    strategy.rebuild?.(view.members());
    const context = { now: 0, random: seededRandom(name), key: undefined, cost: 1 };
    for (let pick = 0; pick < 5_000; pick++) {
      view.instances[view.order(strategy.pick(view, context))].inFlight++;
      if (pick >= 100) {
        const busy = view.instances.filter(({ inFlight }) => inFlight > 0);
        busy[Math.floor(context.random() * busy.length)].inFlight--;
      }
      assert.ok(Math.max(...view.instances.map(({ inFlight }) => inFlight)) <= 14);
    }
  });
}

test('caution is 1 for the best score, grows as the score falls, and stays finite', () => {
  assert.equal(caution(1), 1);
  assert.ok(Math.abs(caution(0.9) - 2.32) < 0.01);
  assert.equal(caution(0.5), 256);
  assert.ok(Number.isFinite(caution(0)));
});

test('peak-ewma leaves an instance after one slow answer and comes back as the peak fades', () => {
  const strategy = peakEwma();
  const view = arrayView([
    { id: 'a', latencyMs: 10 },
    { id: 'b', latencyMs: 10 },
  ]);
  strategy.rebuild!(view.members());
  assert.ok(shareOfFirst(strategy, view) > 0.4);
  strategy.settled!(0, view, 1000, 0);
  assert.equal(shareOfFirst(strategy, view, 1), 0);
  // 990 ms above 10 must fade below the tie band, 5 ms: g(x) < 1/198 from x = 19 on.
  assert.equal(shareOfFirst(strategy, view, 10 * DECAY_MS), 0);
  assert.ok(shareOfFirst(strategy, view, 20 * DECAY_MS) > 0.4);
});

test('peak-ewma learns nothing from an answer without a sample', () => {
  const strategy = peakEwma();
  const view = arrayView([
    { id: 'a', latencyMs: 10 },
    { id: 'b', latencyMs: 10 },
  ]);
  strategy.rebuild!(view.members());
  for (const sample of [0, -1, Number.NaN]) strategy.settled!(0, view, sample, 0);
  assert.ok(shareOfFirst(strategy, view) > 0.4);
});

test('peak-ewma keeps a peak across a rebuild, but not for another instance in the same place', () => {
  const view = arrayView([{ id: 'a' }, { id: 'b' }]);
  const strategy = peakEwma();
  strategy.rebuild!(view.members());
  strategy.settled!(0, view, 1000, 0);
  strategy.rebuild!([...view.members()].reverse());
  assert.equal(shareOfFirst(strategy, view), 0);
  const successors = arrayView([{ id: 'c' }, { id: 'b' }]);
  strategy.rebuild!(successors.members());
  assert.ok(shareOfFirst(strategy, successors) > 0.4);
});

test('peak-ewma is not confused by a clock that stands still or goes back', () => {
  const view = arrayView([{ id: 'a' }, { id: 'b' }]);
  const strategy = peakEwma();
  strategy.rebuild!(view.members());
  strategy.settled!(0, view, 1000, 5_000);
  assert.equal(shareOfFirst(strategy, view, 5_000), 0);
  assert.equal(shareOfFirst(strategy, view, 0), 0);
});
