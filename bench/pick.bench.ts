// pick + settle with `now` given, beside a bare power of two choices with the same random source.
//
// Options are two objects that are written anew each time: what the caller allocates is the caller's affair.

import { seededRandom } from 'hale/testing';
import type { Service } from 'hale';
import type { Bench, Row } from './bench.ts';
import { nanoseconds } from './bench.ts';
import { PowerOfTwoChoices } from './baseline/p2c.ts';
import { fleetOf, LATENCIES, SEED } from './fleet.ts';
import type { Subject } from './measure.ts';
import { measure } from './measure.ts';

export const pickBench: Bench = {
  name: 'pick',
  async run() {
    const rows: Row[] = [];
    for (const count of [10, 1000, 10_000, 1_000_000]) {
      const [floor, hale] = await measure([bare(count), pickAndSettle(fleetOf(count, { now: () => 0 }))]);
      rows.push({
        what: `pick + settle, ${count.toLocaleString('en')} instances`,
        value: nanoseconds(hale.ns),
        beside: `bare P2C ${nanoseconds(floor.ns)}`,
        ratio: hale.ratio,
        promise: count <= 10_000 ? 'at most 6 (aim 4)' : '',
        kept: count <= 10_000 ? hale.ratio <= 6 : undefined,
      });
    }
    const [small, large] = await measure([
      pickAndSettle(fleetOf(10, { now: () => 0 })),
      pickAndSettle(fleetOf(1_000_000, { now: () => 0 })),
    ]);
    rows.push({
      what: 'pick + settle, 1,000,000 instances beside 10',
      value: nanoseconds(large.ns),
      beside: `10 instances ${nanoseconds(small.ns)}`,
      ratio: large.ratio,
      promise: 'at most 8',
      kept: large.ratio <= 8,
    });
    return rows;
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
