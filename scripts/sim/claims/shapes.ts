// Shapes that rules are seldom tried on: several balancers that decide apart, large fleets in which an instance is asked once
// in seconds, checks that come late, answers that stream. Nothing is asked; hale stands beside random choice and others.

import type { Scenario } from 'hale/sim';
import { cost, measure, scenario } from 'hale/sim';
import type { ClaimGroup } from './claim.ts';
import { beside } from './beside.ts';
import { known, policy } from './policies.ts';

const OTHERS = ['random', 'haproxy', 'envoy50', 'prequal', 'linkerd'];

// Twenty in ten thousand, for 20 s: an instance is asked four times in all. An oracle looks at all of them for each pick.
const HUGE: Scenario = scenario({
  name: 'huge',
  doc: '10,000 instances at a fifth of a request a second each, checks every 30 s; twenty are sinkholes',
  fleet: { instances: 10_000 },
  load: { kind: 'steady', perSecond: 2000 },
  checkEveryMs: 30_000,
  script: Array.from({ length: 20 }, (_, at) => ({
    at: 5000,
    until: 25_000,
    instance: String(at),
    fault: { name: 'sinkhole' as const, status: 500 },
  })),
  lengthMs: 30_000,
});
const SHAPES = ['replicas', 'replicas16', 'large', 'slow-checks', 'streaming'].map(known);

export const shapes: ClaimGroup = {
  name: 'shapes',
  sample(seed) {
    const sample: Record<string, number> = {};
    for (const shape of [...SHAPES, HUGE]) {
      for (const name of ['hale', ...OTHERS]) {
        const figures = measure(shape, policy(name), seed);
        sample[`${shape.name} ${name} lost`] = figures.lost;
        sample[`${shape.name} ${name} cost`] = cost(figures);
        if (figures.restoreMs !== undefined) sample[`${shape.name} ${name} restoreMs`] = figures.restoreMs;
      }
      const floor = shape === HUGE ? unfaulted(shape, seed) : measure(shape, policy('oracle'), seed);
      sample[`${shape.name} oracle lost`] = floor.lost;
      sample[`${shape.name} oracle cost`] = cost(floor);
      if (floor.restoreMs !== undefined) sample[`${shape.name} oracle restoreMs`] = floor.restoreMs;
    }
    return sample;
  },
  judge: (samples) => [...SHAPES, HUGE].map(({ name }) => beside(samples, name, OTHERS)),
};

// In a fleet of which hardly anything is in use, to know every fault is as good as to have none.
function unfaulted(shape: Scenario, seed: number): ReturnType<typeof measure> {
  return measure({ ...shape, script: [] }, policy('random'), seed);
}
