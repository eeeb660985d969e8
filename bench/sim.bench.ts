// What the engine costs a simulation: the same run with hale and with random choice, which decides nothing and remembers
// nothing, so that it is the event loop alone.
//
// A hundred instances as busy as the ordinary eight, two of them refusing, checks and measures included. The runs are not
// quite of the same work: random choice keeps on asking those that refuse, and repeats a fiftieth of all requests.

import type { Scenario } from 'hale/sim';
import { POLICIES, measure as figuresOf, scenario } from 'hale/sim';
import type { Bench } from './bench.ts';
import { nanoseconds } from './bench.ts';
import { measure } from './measure.ts';

const INSTANCES = 100;
const PER_SECOND = 3750;
const LENGTH_MS = 4000;

const RUN: Scenario = scenario({
  name: 'bench',
  doc: 'two of a hundred instances refuse',
  fleet: { instances: INSTANCES },
  load: { kind: 'steady', perSecond: PER_SECOND },
  script: ['0', '1'].map((instance) => ({ at: 1000, until: 3000, instance, fault: { name: 'refuse' } })),
  lengthMs: LENGTH_MS,
});

export const simBench: Bench = {
  name: 'sim',
  async run() {
    const [random, hale] = await measure([subject('random'), subject('hale')], { rounds: 21, sliceMs: 100 });
    const requests = (PER_SECOND * LENGTH_MS) / 1000;
    return [
      {
        what: `a simulated request, ${INSTANCES} instances`,
        value: nanoseconds(hale.ns / requests),
        beside: `random choice ${nanoseconds(random.ns / requests)}`,
        ratio: hale.ratio,
        promise: 'at most 3',
        kept: hale.ratio <= 3,
      },
    ];
  },
};

function subject(name: string): { name: string; run(times: number): void } {
  const policy = POLICIES.find((entry) => entry.name === name)!;
  return {
    name,
    run(times) {
      for (let seed = 1; seed <= times; seed++) figuresOf(RUN, policy, seed);
    },
  };
}
