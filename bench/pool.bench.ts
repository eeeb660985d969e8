// The pick alone, beside the choice that undici's BalancedPool makes, at 100 upstreams without a connection.

import type { Lease } from 'hale';
import type { Bench } from './bench.ts';
import { nanoseconds } from './bench.ts';
import { fleetOf } from './fleet.ts';
import type { Subject } from './measure.ts';
import { measure } from './measure.ts';
import { balancedPoolChoice } from './rivals.ts';

export const poolBench: Bench = {
  name: 'pool',
  needsRivals: true,
  async run() {
    const choose = balancedPoolChoice(Array.from({ length: 100 }, (_, i) => `http://127.0.0.1:${i + 1}`));
    const [pool, hale] = await measure([
      { name: 'BalancedPool', run: (times) => chooseOften(choose, times) },
      pickAlone(),
    ]);
    return [
      {
        what: 'pick alone, 100 instances',
        value: nanoseconds(hale.ns),
        beside: `undici BalancedPool ${nanoseconds(pool.ns)}`,
        ratio: hale.ratio,
        promise: 'faster',
        kept: hale.ratio < 1,
      },
    ];
  },
};

function chooseOften(choose: () => unknown, times: number): void {
  for (let left = times; left > 0; left--) if (choose() === undefined) throw new Error('the pool chose nobody');
}

// Leases must be settled, or the queues would grow without end; only the picks are timed, in batches of 256.
function pickAlone(): Subject {
  const service = fleetOf(100);
  const options = { now: 1 };
  const leases: (Lease | undefined)[] = Array.from({ length: 256 }, () => undefined);
  return {
    name: 'hale',
    run(times) {
      let ms = 0;
      for (let left = times; left > 0; left -= leases.length) {
        const batch = Math.min(left, leases.length);
        const began = performance.now();
        for (let i = 0; i < batch; i++) leases[i] = service.pick(options);
        ms += performance.now() - began;
        options.now++;
        for (let i = 0; i < batch; i++) leases[i]?.succeed(options);
      }
      return ms;
    },
  };
}
