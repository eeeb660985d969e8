import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ArrayView } from '../../testing/view.ts';
import { arrayView } from '../../testing/view.ts';
import type { Random } from '../kernel/index.ts';
import { seededRandom } from '../kernel/index.ts';
import { TIE_BAND } from './cheapest.ts';
import { DRAWS, WINDOW } from './draw.ts';
import { lowestPrice } from './lowest-price.ts';

const strategy = lowestPrice();

function sharesOf(view: ArrayView, picks: number, random: Random = seededRandom('shares')): number[] {
  const counts = Array<number>(view.instances.length).fill(0);
  const context = { now: 0, random, key: undefined, cost: 1 };
  for (let pick = 0; pick < picks; pick++) counts[view.order(strategy.pick(view, context))]++;
  return counts.map((count) => count / picks);
}

test('the lowest price of three busy instances always wins, whatever order they are drawn in', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 3, maxLength: 3 }),
      fc.integer(),
      (latencies, seed) => {
        const view = arrayView(latencies.map((latencyMs, place) => ({ id: `i${place}`, latencyMs, inFlight: 1 })));
        const position = strategy.pick(view, { now: 0, random: seededRandom(seed), key: undefined, cost: 1 });
        assert.equal(view.price(position), Math.min(...latencies) * 2);
      },
    ),
  );
});

test('of two idle instances whose prices differ by less than the tie band both get half', () => {
  const view = arrayView([
    { id: 'a', latencyMs: 10 },
    { id: 'b', latencyMs: 10 * TIE_BAND - 0.1 },
  ]);
  const [a] = sharesOf(view, 10_000);
  assert.ok(a > 0.48 && a < 0.52, `received ${a}`);
});

test('of two idle instances the one that is dearer than the tie band gets nothing', () => {
  assert.deepEqual(
    sharesOf(
      arrayView([
        { id: 'a', latencyMs: 10 },
        { id: 'b', latencyMs: 10 * TIE_BAND + 0.1 },
      ]),
      1_000,
    ),
    [1, 0],
  );
});

test('one request in flight ends the tie', () => {
  const view = arrayView([
    { id: 'a', latencyMs: 10, inFlight: 1 },
    { id: 'b', latencyMs: 19 },
  ]);
  assert.deepEqual(sharesOf(view, 1_000), [0, 1]);
});

test('a failing instance never gains share, however fast its errors are', () => {
  const view = arrayView([
    { id: 'failing', failureRate: 0.1 },
    { id: 'b', inFlight: 3 },
    { id: 'c', inFlight: 3 },
  ]);
  const [failing] = sharesOf(view, 1_000);
  assert.equal(failing, 0);
});

test('with most of a fleet dear it looks further and finds the few that are sound more often', () => {
  // 10 of 100 are sound: three draws meet one with 1 - .9^3 = 27 %, eight more looks with 1 - .9^11 = 69 %.
  const sick = Array.from({ length: 100 }, (_, place) => ({
    id: `i${place}`,
    inFlight: 1,
    failureRate: place < 10 ? 0 : 0.5,
  }));
  const view = arrayView(sick);
  const toSound = (): number =>
    sharesOf(view, 10_000)
      .slice(0, 10)
      .reduce((sum, share) => sum + share, 0);
  const before = toSound();
  view.typical = 20;
  const after = toSound();
  assert.ok(before > 0.25 && before < 0.29, `three draws: ${before}`);
  // Neighbours are side by side here, so eight looks meet a sound one in 17 of 100 places: .27 + .73 x .17.
  assert.ok(after > 0.37 && after < 0.42, `and eight looks: ${after}`);
});

test('it does not look further while nothing is dear', () => {
  let draws = 0;
  const count: Random = () => (draws++, (draws % 10) / 10);
  const view = arrayView(Array.from({ length: 10 }, (_, place) => ({ id: `i${place}` })));
  view.typical = 10;
  strategy.pick(view, { now: 0, random: count, key: undefined, cost: 1 });
  // One random number serves for up to three positions of ten; these poor ones name a position twice.
  assert.ok(draws <= 3, `received ${draws}`);
});

test('a pick draws at most 24 times before it searches a window', () => {
  let draws = 0;
  const view = arrayView(Array.from({ length: 1000 }, (_, place) => ({ id: `i${place}`, isAvailable: false })));
  const random = seededRandom('draws');
  const answer = strategy.pick(view, { now: 0, random: () => (draws++, random()), key: undefined, cost: 1 });
  assert.equal(answer, -1);
  // Among a thousand each random number serves twice; one more places the window.
  assert.equal(draws, DRAWS / 2 + 1);
  assert.ok(view.reads <= 3 * DRAWS + 2 * WINDOW, `received ${view.reads} reads`);
});

test('when nearly all are full, what is free is still shared by trust', () => {
  // Position 0 and 1 of 64 are free, one of them returning at a tenth: most picks end in the window.
  const fleet = Array.from({ length: 64 }, (_, place) => ({
    id: `i${place}`,
    isAvailable: place < 2,
    inFlight: 5,
    trust: place === 0 ? 0.1 : 1,
  }));
  fleet[0].inFlight = 0;
  fleet[1].inFlight = 0;
  const [returning] = sharesOf(arrayView(fleet), 20_000);
  assert.ok(returning > 0.07 && returning < 0.12, `received ${returning}, expected .1 of 1.1`);
});

test('from a window, too, the cheapest of three is taken', () => {
  // Of shares of a thousandth hardly a draw is kept: the window decides. Mean price of one in 1..64: 32; least of three: 16.
  const fleet = Array.from({ length: 64 }, (_, place) => ({
    id: `i${place}`,
    trust: 0.001,
    inFlight: 1,
    latencyMs: (place + 1) / 2,
  }));
  const view = arrayView(fleet);
  const mean = sharesOf(view, 10_000).reduce((sum, share, place) => sum + share * view.price(place), 0);
  assert.ok(mean > 14 && mean < 19, `received ${mean}`);
});
