// Where capacity is scarce: one instance that is slow at three quarters of the load must not be felt by the slowest of a
// hundred, and a restart of one instance after the other must not be felt at all.

import { measure } from 'hale/sim';
import type { ClaimGroup } from './claim.ts';
import { column, mean, short } from './claim.ts';
import { known, policy } from './policies.ts';

const OVER_ORACLE = 1.3;

export const capacity: ClaimGroup = {
  name: 'capacity',
  sample: (seed) => ({
    hale: measure(known('hot-slow'), policy('hale'), seed).p99Ms,
    oracle: measure(known('hot-slow'), policy('oracle'), seed).p99Ms,
    restarts: measure(known('rolling-restart'), policy('hale'), seed).lostRequests,
  }),
  judge(samples) {
    const ratios = samples.map(({ hale, oracle }) => hale / oracle);
    const worst = Math.max(...column(samples, 'restarts'));
    return [
      {
        claim: 'hot-slow: p99 over that of the oracle',
        measured: `${mean(ratios).toFixed(2)} (${short(mean(column(samples, 'hale')))} ms); worst ${Math.max(...ratios).toFixed(2)}`,
        asked: `at most ${OVER_ORACLE}`,
        kept: mean(ratios) <= OVER_ORACLE,
      },
      { claim: 'rolling-restart: lost', measured: `worst ${worst}`, asked: 'none', kept: worst === 0 },
    ];
  },
};
