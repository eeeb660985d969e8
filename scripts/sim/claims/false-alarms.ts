// How often is somebody taken out of a sound fleet? A hundred instances that fail half a percent of all requests, for days.
//
// Not through the simulated fleet, which takes ten times as long: a bound of one a day needs days, and days at thousands
// a second are hundreds of millions of requests. They go through the policy's door in a pipeline, each answered after 20 ms, and
// repeated when it failed.
//
// The test goes by outcomes: what it holds against an instance fades with good answers, not with time. So false alarms come
// in proportion to requests (with a threshold of 2, 28 in a million outcomes, at 1,000 a second as at 4,000; with 3 a
// hundredth of it), and the busiest fleet is the worst: it is run at the 40 requests a second and instance at which
// the brownout is to be found. No alarm in T days bounds their rate by 3 / T a day (95 %, Poisson); the bound is what is
// compared, never the count, so it takes three days.

import type { Grant, PolicyEntry } from 'hale/sim';
import { seededRandom } from 'hale/testing';
import type { ClaimGroup } from './claim.ts';
import { column, sum } from './claim.ts';
import { stageOf } from './stage.ts';

const INSTANCES = 100;
const ERRORS = 0.005;
const WORK_MS = 20;
const PER_SECOND = 4000;
/** Of one seed; twenty are 3.01 days. */
const REQUESTS = 52e6;
const DAY_MS = 86_400_000;
const NOBODY: readonly number[] = [];

export const falseAlarms: ClaimGroup = {
  name: 'false-alarms',
  sample: (seed) => ({ alarms: alarms(PER_SECOND, REQUESTS, seed) }),
  judge(samples) {
    const days = (samples.length * REQUESTS * 1000) / PER_SECOND / DAY_MS;
    const count = sum(column(samples, 'alarms'));
    const bound = upperPoisson(count) / days;
    return [
      {
        claim: `${INSTANCES} sound instances, .5 % errors, ${PER_SECOND / INSTANCES}/s each: ejections a day`,
        measured: `${count} in ${days.toFixed(2)} days: below ${bound.toPrecision(3)} (95 %)`,
        asked: 'below 1',
        kept: bound < 1,
      },
    ];
  },
};

/** Ejections within so many requests, at this many a second in all. */
export function alarms(perSecond: number, requests: number, seed: number, entry?: PolicyEntry): number {
  const { policy, clock, ejected } = stageOf(INSTANCES, seed, entry);
  const errors = seededRandom(`${seed} errors`);
  const pipeline: (Grant | undefined)[] = Array.from({ length: (perSecond * WORK_MS) / 1000 });
  const asked = { now: 0, replayable: true, tried: NOBODY };
  for (let request = 0; request < requests; request++) {
    const now = (request * 1000) / perSecond;
    // What the engine does by the clock alone.
    if (request % perSecond === 0) clock.runUntil(now);
    const place = request % pipeline.length;
    const done = pipeline[place];
    const hasFailed = done !== undefined && errors() < ERRORS;
    done?.ended(hasFailed ? 'server-error' : 'good', now);
    asked.now = now;
    // The repetition takes the place of a new request.
    asked.replayable = !hasFailed;
    asked.tried = hasFailed ? [done.instance] : NOBODY;
    pipeline[place] = policy.pick(asked);
  }
  return ejected.length;
}

/** The largest mean of which so few events are seen in one case of twenty. */
export function upperPoisson(count: number): number {
  let [low, high] = [count, count + 10 * Math.sqrt(count + 1)];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    let term = Math.exp(-middle);
    let below = term;
    for (let at = 1; at <= count; at++) below += term *= middle / at;
    if (below > 0.05) low = middle;
    else high = middle;
  }
  return high;
}
