// The specification's numbers taken literally, with plain counting: five errors in a row and an instance is out for 300 s;
// a score that each error lowers and each success raises, by the same tenth; below .5 it is out as well; the healthy are
// asked in turn. When the window has passed, traffic returns at score .5 and closes the circuit at .8; one error reopens
// it. Checks are not listened to: counted as requests, each passed one would end a run of errors, which makes it worse.
//
// It is what one writes first, and the demo shows the same reading. Where it fails: it refuses when all are out, and a
// fault that all of them share for five requests each takes all of them out for five minutes.
//
// Source: the specification "health_aware_balancer", section HealthAwareConfig: health_threshold, recovery_threshold,
// circuit_break_threshold, recovery_window, min_healthy_instances.

import type { Circuit } from '../../core/model/index.ts';
import type { PolicyEntry } from '../policy.ts';

// In tenths: .5 and three times .1 are not .8 in floating point.
const HEALTH_THRESHOLD = 5;
const RECOVERY_THRESHOLD = 8;
const BEST = 10;
const CIRCUIT_BREAK_THRESHOLD = 5;
const RECOVERY_WINDOW_MS = 300_000;

interface Standing {
  score: number;
  errors: number;
  circuit: Circuit;
  openedAt: number;
}

export const naiveRule: PolicyEntry = {
  name: 'naive',
  doc: 'the specification read naively: five errors in a row open for 300 s, a score by tenths, in turn',
  source: 'the specification health_aware_balancer, HealthAwareConfig and Selection Process',
  make({ scenario, onEject }) {
    const { instances } = scenario.fleet;
    const standings = Array.from({ length: instances }, (): Standing => ({
      score: BEST,
      errors: 0,
      circuit: 'closed',
      openedAt: 0,
    }));
    let next = 0;

    const succeeded = (standing: Standing): void => {
      standing.errors = 0;
      standing.score = Math.min(BEST, standing.score + 1);
      if (standing.circuit === 'half-open' && standing.score >= RECOVERY_THRESHOLD) standing.circuit = 'closed';
    };
    const failed = (instance: number, now: number): void => {
      const standing = standings[instance];
      standing.errors++;
      standing.score = Math.max(0, standing.score - 1);
      const isRun = standing.errors >= CIRCUIT_BREAK_THRESHOLD;
      const isGone = isRun || standing.score < HEALTH_THRESHOLD;
      if (standing.circuit === 'open' || (standing.circuit === 'closed' && !isGone)) return;
      if (standing.circuit === 'closed') onEject(instance, isRun ? 'run' : 'score');
      standing.circuit = 'open';
      standing.openedAt = now;
      standing.errors = 0;
    };

    return {
      pick({ now, tried }) {
        const chosen = inTurn(standings, next, tried, now);
        if (chosen === undefined) return undefined; // fewer than min_healthy_instances, which is one
        next = (chosen + 1) % instances;
        return {
          instance: chosen,
          ended(ending, at) {
            if (ending === 'good') succeeded(standings[chosen]);
            else if (ending !== 'ignored') failed(chosen, at);
          },
        };
      },
      look(instance) {
        const { score, circuit } = standings[instance];
        return { score: score / BEST, circuit };
      },
    };
  },
};

/** The next healthy one that was not tried, else the next healthy one. */
function inTurn(
  standings: readonly Standing[],
  from: number,
  tried: readonly number[],
  now: number,
): number | undefined {
  let second: number | undefined;
  for (let step = 0; step < standings.length; step++) {
    const instance = (from + step) % standings.length;
    if (!isHealthy(standings[instance], now)) continue;
    if (!tried.includes(instance)) return instance;
    second ??= instance;
  }
  return second;
}

function isHealthy(standing: Standing, now: number): boolean {
  if (standing.circuit === 'open' && now - standing.openedAt >= RECOVERY_WINDOW_MS) {
    standing.circuit = 'half-open';
    standing.score = HEALTH_THRESHOLD; // below it no traffic could ever prove it sound again
  }
  return standing.circuit !== 'open' && standing.score >= HEALTH_THRESHOLD;
}
