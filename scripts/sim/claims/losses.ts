// What a fault costs the callers, from its onset until it is found: with one repetition at most two good requests of each
// failing instance beyond those that were there when it began, and at most 1.2 times what an oracle loses that is told as
// late as hale noticed. Without repetitions: at most .6 of the best baseline, in the sum over all faults.

import type { Scenario } from 'hale/sim';
import { measure, oracleAfter } from 'hale/sim';
import type { ClaimGroup, Row, Sample } from './claim.ts';
import { column, mean, short, sum } from './claim.ts';
import { BASELINES, known, policy } from './policies.ts';
import { lossesOf, onsetsOf, wasCaught } from './witness.ts';

export const FAULTS = [
  'refuse',
  'blackhole',
  'brownout',
  'sinkhole',
  'flapping',
  'truncated',
  'zone-loss',
  'two-of-eight',
  'staggered',
] as const;
const MOST_LOST = 2;
const OVER_ORACLE = 1.2;
const OF_BASELINE = 0.6;

export const losses: ClaimGroup = {
  name: 'losses',
  sample(seed) {
    const sample: Record<string, number> = {};
    for (const name of FAULTS) {
      const once = known(name);
      const never = unrepeatable(once);
      Object.assign(sample, lostBy(name, once, seed), lostBy(`post ${name}`, never, seed));
      for (const baseline of BASELINES)
        sample[`post ${name} ${baseline}`] = measure(never, policy(baseline), seed).lostRequests;
    }
    return sample;
  },
  judge(samples) {
    const best = sums(samples).toSorted((a, b) => a.lost - b.lost)[0];
    const own = total(samples, 'post', 'lost');
    const bestOfEach = sum(FAULTS.map((name) => bestOf(name, samples).lost));
    return [
      ...FAULTS.flatMap((name) => repeated(name, samples)),
      overOracle('all nine faults', total(samples, '', 'lost'), total(samples, '', 'oracle')),
      {
        claim: 'lost without repetitions, all nine faults',
        measured: `${short(own)}; best baseline ${best.name} ${short(best.lost)} (the best of each fault, found afterwards, ${short(bestOfEach)}); the late oracle ${short(total(samples, 'post', 'oracle'))}`,
        asked: `at most ${OF_BASELINE} of the best baseline`,
        kept: own <= OF_BASELINE * best.lost,
      },
      ...FAULTS.map((name) => unrepeated(name, samples)),
    ];
  },
};

/** The same fault for requests that may not be sent twice. */
export function unrepeatable(scenario: Scenario): Scenario {
  return { ...scenario, callers: { ...scenario.callers, method: 'POST', retries: 0 } };
}

// Lost at all; of those, in each onset at each instance, the ones that came later; and what the late oracle loses.
function lostBy(key: string, scenario: Scenario, seed: number): Sample {
  const hale = policy('hale');
  const { detectMs = scenario.lengthMs } = measure(scenario, hale, seed);
  const onsets = onsetsOf(scenario);
  const lost = lossesOf(scenario, hale, seed);
  return {
    [`${key} lost`]: lost.length,
    [`${key} beyond`]: lost.filter((loss) => !wasCaught(loss, onsets)).length / onsets.length,
    [`${key} detectMs`]: detectMs,
    [`${key} oracle`]: measure(scenario, oracleAfter(detectMs), seed).lostRequests,
  };
}

function repeated(name: string, samples: readonly Sample[]): Row[] {
  const beyond = column(samples, `${name} beyond`);
  const of = (what: string): number => mean(column(samples, `${name} ${what}`));
  return [
    {
      claim: `${name}: lost per onset and instance, beyond those in flight`,
      measured: `${short(mean(beyond))}; worst ${short(Math.max(...beyond))}`,
      asked: `at most ${MOST_LOST}`,
      kept: Math.max(...beyond) <= MOST_LOST,
    },
    overOracle(name, of('lost'), of('oracle'), of('detectMs')),
  ];
}

// Of one fault an oracle loses nothing at all when hale noticed within the first look: one request in twenty runs is then
// too many. So the sum stands beside the nine.
function overOracle(name: string, lost: number, oracle: number, lateMs?: number): Row {
  return {
    claim: `${name}: lost in all`,
    measured: `${short(lost)}; an oracle told ${lateMs === undefined ? 'as' : `${short(lateMs)} ms`} late ${short(oracle)}`,
    asked: `at most ${OVER_ORACLE} of the oracle`,
    kept: lost <= OVER_ORACLE * oracle,
  };
}

function unrepeated(name: string, samples: readonly Sample[]): Row {
  const of = (what: string): number => mean(column(samples, `post ${name} ${what}`));
  const best = bestOf(name, samples);
  return {
    claim: `  ${name}, not repeated: lost`,
    measured: `${short(of('lost'))}, ${short(of('beyond'))} per onset beyond; ${best.baseline} ${short(best.lost)}; an oracle told ${short(of('detectMs'))} ms late ${short(of('oracle'))}`,
    asked: '',
  };
}

function bestOf(fault: string, samples: readonly Sample[]): { baseline: string; lost: number } {
  return BASELINES.map((baseline) => ({
    baseline,
    lost: mean(column(samples, `post ${fault} ${baseline}`)),
  })).toSorted((a, b) => a.lost - b.lost)[0];
}

function total(samples: readonly Sample[], kind: string, what: string): number {
  return sum(FAULTS.map((name) => mean(column(samples, `${kind} ${name} ${what}`.trimStart()))));
}

function sums(samples: readonly Sample[]): { name: string; lost: number }[] {
  return BASELINES.map((name) => ({ name, lost: total(samples, 'post', name) }));
}
