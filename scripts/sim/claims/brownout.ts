// One instance of eight fails a tenth of its requests, at 40 a second for each: found within five seconds, whether or not
// requests may be repeated, and though no check sees it.

import type { Scenario } from 'hale/sim';
import { measure, scenario } from 'hale/sim';
import type { ClaimGroup } from './claim.ts';
import { column, mean, short } from './claim.ts';
import { policy } from './policies.ts';

const ONSET_MS = 20_000;
const MOST_MS = 5000;
const METHODS = ['GET', 'POST'] as const;

export const brownout: ClaimGroup = {
  name: 'brownout',
  sample(seed) {
    const detected = (method: 'GET' | 'POST'): number =>
      measure(browned(method), policy('hale'), seed).detectMs ?? Infinity;
    return { GET: detected('GET'), POST: detected('POST') };
  },
  judge: (samples) =>
    METHODS.map((method) => {
      const ms = column(samples, method);
      const worst = Math.max(...ms);
      return {
        claim: `a brownout of 10 % at 40/s an instance, ${method}: its share is below .3 after`,
        measured: `${short(mean(ms))} ms; worst ${short(worst)} ms`,
        asked: `at most ${MOST_MS} ms`,
        kept: worst <= MOST_MS,
      };
    }),
};

/** Of eight instances the first, from 20 s on. */
export function browned(method: 'GET' | 'POST'): Scenario {
  return scenario({
    name: 'browned',
    doc: 'one instance fails a tenth of its requests',
    load: { kind: 'steady', perSecond: 320 },
    callers: { method },
    script: [{ at: ONSET_MS, until: Infinity, instance: '0', fault: { name: 'brownout', share: 0.1, method } }],
    watched: { instance: 0, failsAtMs: ONSET_MS },
    lengthMs: 50_000,
  });
}
