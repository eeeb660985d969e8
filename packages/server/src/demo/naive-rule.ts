// The specification's numbers taken literally, with plain counting: five errors in a row and the instance is out for a
// recovery window; a score that each error lowers and each success raises, by the same step; the healthy in turn.
//
// It is what one writes first. Where it fails is the point of showing it: it needs five losses to learn, is slow to leave
// an instance that fails every other request (each success ends the run), counts one event that broke five requests as
// five faults, sends all of its share at once to what comes back, and refuses when all are out.

import type { Policy } from './policy.ts';
import { nextInTurn } from './policy.ts';

// Scores in tenths: 0.5 and three times 0.1 are not 0.8 in floating point.
const HEALTH_THRESHOLD = 5;
const RECOVERY_THRESHOLD = 8;
const BEST = 10;
const CIRCUIT_BREAK_THRESHOLD = 5;
const MIN_HEALTHY_INSTANCES = 1;

interface Standing {
  score: number;
  errors: number;
  circuit: 'closed' | 'open' | 'half-open';
  openedAt: number;
}

/** `recoveryWindowMs`: how long an instance is out, above 0. */
export function naiveRule(ids: readonly string[], recoveryWindowMs: number): Policy {
  const standings = new Map<string, Standing>(
    ids.map((id) => [id, { score: BEST, errors: 0, circuit: 'closed', openedAt: 0 }]),
  );
  let last = -1;

  const isHealthy = (id: string, now: number): boolean => {
    const standing = standings.get(id)!;
    if (standing.circuit === 'open' && now - standing.openedAt >= recoveryWindowMs) {
      standing.circuit = 'half-open';
      standing.score = HEALTH_THRESHOLD; // below it no traffic could ever prove it sound again
    }
    return standing.circuit !== 'open' && standing.score >= HEALTH_THRESHOLD;
  };

  return {
    name: 'naive rule',
    pick(tried, now) {
      const healthy = ids.filter((id) => isHealthy(id, now));
      if (healthy.length < MIN_HEALTHY_INSTANCES) return undefined;
      const next = nextInTurn(ids, last, (id) => healthy.includes(id) && !tried.includes(id));
      if (next) last = next[1];
      return next?.[0];
    },
    succeeded(id) {
      const standing = standings.get(id)!;
      standing.errors = 0;
      standing.score = Math.min(BEST, standing.score + 1);
      if (standing.circuit === 'half-open' && standing.score >= RECOVERY_THRESHOLD) standing.circuit = 'closed';
    },
    failed(id, now) {
      const standing = standings.get(id)!;
      standing.errors += 1;
      standing.score = Math.max(0, standing.score - 1);
      const gone = standing.errors >= CIRCUIT_BREAK_THRESHOLD || standing.score < HEALTH_THRESHOLD;
      if (standing.circuit === 'half-open' || (standing.circuit === 'closed' && gone)) {
        standing.circuit = 'open';
        standing.openedAt = now;
        standing.errors = 0;
      }
    },
  };
}
