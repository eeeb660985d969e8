// `run` around a function that does nothing, beside two circuit breakers around the same function. They guard one thing
// and pick nothing; hale picks among ten instances as well.

import type { Bench } from './bench.ts';
import { nanoseconds } from './bench.ts';
import { fleetOf } from './fleet.ts';
import { measure } from './measure.ts';
import { cockatielBreaker, opossumBreaker } from './rivals.ts';

const noop = async (): Promise<void> => {};

export const runBench: Bench = {
  name: 'run',
  needsRivals: true,
  async run() {
    const execute = cockatielBreaker();
    const opossum = opossumBreaker(noop);
    const service = fleetOf(10);
    const [hale, cockatiel, fire, bare] = await measure([
      { name: 'hale', run: async (times) => void (await repeat(times, () => service.run(noop))) },
      { name: 'cockatiel', run: async (times) => void (await repeat(times, () => execute(noop))) },
      { name: 'opossum', run: async (times) => void (await repeat(times, () => opossum.fire())) },
      { name: 'nothing', run: async (times) => void (await repeat(times, noop)) },
    ]);
    opossum.shutdown();
    const value = nanoseconds(hale.ns);
    return [
      {
        what: 'run(noop)',
        value,
        beside: `cockatiel ${nanoseconds(cockatiel.ns)}`,
        ratio: 1 / cockatiel.ratio,
        promise: 'at least as fast',
        kept: cockatiel.ratio >= 1,
      },
      {
        what: 'run(noop)',
        value,
        beside: `opossum ${nanoseconds(fire.ns)}`,
        ratio: 1 / fire.ratio,
        promise: 'at least twice as fast',
        kept: fire.ratio >= 2,
      },
      { what: 'run(noop)', value, beside: `await noop() ${nanoseconds(bare.ns)}`, ratio: 1 / bare.ratio, promise: '' },
    ];
  },
};

// One after the other, as a caller that waits for its answer. Each subject has its own closure, and this loop is the
// same for all.
async function repeat(times: number, once: () => Promise<unknown>): Promise<void> {
  for (let left = times; left > 0; left--) await once();
}
