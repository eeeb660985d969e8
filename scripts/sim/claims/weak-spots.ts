// Where hale was behind: shown, scenario by scenario, beside the best baseline of that scenario and the oracle. A best of
// thirteen is found afterwards, so it is better than any of them is.

import { cost, measure } from 'hale/sim';
import { beside } from './beside.ts';
import type { ClaimGroup } from './claim.ts';
import { BASELINES, known, policy } from './policies.ts';

const SPOTS = [
  'post-refuse',
  'post-blackhole',
  'post-brownout10',
  'post-brownout',
  'post-sinkhole',
  'quiet-get',
  'limit429',
  'most-refuse',
  'seven-of-eight',
  'tier-slow',
  'cold-return',
];

export const weakSpots: ClaimGroup = {
  name: 'weak-spots',
  sample(seed) {
    const sample: Record<string, number> = {};
    for (const spot of SPOTS)
      for (const name of ['hale', 'oracle', ...BASELINES]) {
        const figures = measure(known(spot), policy(name), seed);
        sample[`${spot} ${name} lost`] = figures.lost;
        sample[`${spot} ${name} cost`] = cost(figures);
        if (figures.restoreMs !== undefined) sample[`${spot} ${name} restoreMs`] = figures.restoreMs;
      }
    return sample;
  },
  judge: (samples) => SPOTS.map((spot) => beside(samples, spot, BASELINES)),
};
