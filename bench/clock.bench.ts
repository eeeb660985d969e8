// pick + settle with the default clock, beside the same with `now` given plus the two readings of the clock that it makes.

import type { Service } from 'hale';
import type { Bench } from './bench.ts';
import { nanoseconds } from './bench.ts';
import { fleetOf } from './fleet.ts';
import type { Subject } from './measure.ts';
import { measure } from './measure.ts';

export const clockBench: Bench = {
  name: 'clock',
  async run() {
    const [given, own] = await measure([withTwoReadings(fleetOf(1000)), withDefaultClock(fleetOf(1000))]);
    return [
      {
        what: 'pick + settle, default clock, 1,000 instances',
        value: nanoseconds(own.ns),
        beside: `now given + two readings ${nanoseconds(given.ns)}`,
        ratio: own.ratio,
        promise: 'the same, within 10 %',
        kept: own.ratio <= 1.1,
      },
    ];
  },
};

function withTwoReadings(service: Service): Subject {
  // Fractions from the start: a field that first held a small integer would change its representation in the loop.
  const options = { now: 0.5 };
  const settlement = { now: 0.5 };
  return {
    name: 'now given + two readings',
    run(times) {
      for (let left = times; left > 0; left--) {
        options.now = performance.now();
        const lease = service.pick(options);
        if (lease === undefined) throw new Error('a healthy fleet refused a pick');
        settlement.now = performance.now();
        lease.succeed(settlement);
      }
    },
  };
}

function withDefaultClock(service: Service): Subject {
  return {
    name: 'default clock',
    run(times) {
      for (let left = times; left > 0; left--) {
        const lease = service.pick();
        if (lease === undefined) throw new Error('a healthy fleet refused a pick');
        lease.succeed();
      }
    },
  };
}
