// pick + settle with `now` given, beside a bare power of two choices with the same random source.
//
// Options are two objects that are written anew each time: what the caller allocates is the caller's affair.

import { seededRandom } from 'hale/testing';
import type { Service } from 'hale';
import type { Bench } from './bench.ts';
import { nanoseconds } from './bench.ts';
import { PowerOfTwoChoices } from './baseline/power-of-two-choices.ts';
import { fleetOf, LATENCIES, SEED } from './fleet.ts';
import type { Subject } from './measure.ts';
import { measure } from './measure.ts';

// Each size is a bench of its own, since each bench has a process of its own: the second fleet of a process is timed with
// code that was compiled for the first, deoptimised and compiled again.
export const pickBenches: readonly Bench[] = [10, 1000, 10_000, 1_000_000].map((count) => ({
  name: `pick-${count}`,
  async run() {
    const [floor, hale] = await measure([bare(count), pickAndSettle(fleetOf(count, { now: () => 0 }))]);
    const isPromised = count <= 10_000;
    return [
      {
        what: `pick + settle, ${count.toLocaleString('en')} instances`,
        value: nanoseconds(hale.ns),
        beside: `bare P2C ${nanoseconds(floor.ns)}`,
        ratio: hale.ratio,
        promise: isPromised ? 'at most 6 (aim 4)' : '',
        kept: isPromised ? hale.ratio <= 6 : undefined,
      },
    ];
  },
}));

/** What a hundred thousand times as many instances cost: cache misses, and nothing that grows with their number. */
export const scaleBench: Bench = {
  name: 'scale',
  async run() {
    const [small, large] = await measure([
      pickAndSettle(fleetOf(10, { now: () => 0 })),
      pickAndSettle(fleetOf(1_000_000, { now: () => 0 })),
    ]);
    return [
      {
        what: 'pick + settle, 1,000,000 instances',
        value: nanoseconds(large.ns),
        beside: `10 instances ${nanoseconds(small.ns)}`,
        ratio: large.ratio,
        promise: 'at most 8',
        kept: large.ratio <= 8,
      },
    ];
  },
};

function bare(count: number): Subject {
  const p2c = new PowerOfTwoChoices(count, seededRandom(SEED));
  let i = 0;
  return {
    name: 'bare P2C',
    run(times) {
      for (let left = times; left > 0; left--) {
        i = (i + 1) & 1023;
        p2c.settle(p2c.pick(), LATENCIES[i]);
      }
    },
  };
}

/** One pick and its settlement; `now` moves by a millisecond in 64, as at 64 000 requests a second. */
export function pickAndSettle(service: Service): Subject {
  const options = { now: 1 };
  const settlement = { now: 1, latencyMs: 0.5 };
  let i = 0;
  return {
    name: 'hale, now given',
    run(times) {
      for (let left = times; left > 0; left--) {
        i = (i + 1) & 1023;
        if ((i & 63) === 0) options.now = settlement.now = options.now + 1;
        settlement.latencyMs = LATENCIES[i];
        const lease = service.pick(options);
        if (lease === undefined) throw new Error('a healthy fleet refused a pick');
        lease.succeed(settlement);
      }
    },
  };
}
