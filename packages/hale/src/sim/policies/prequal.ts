// Prequal: each request takes the best of a small pool of probe answers, and sends new probes for those after it. Load is
// what instances say, not what this balancer remembers: requests in flight, and latency at about that load.
//
// What of it is simulated. Here an instance does not tell its queue, so a probe answers with this balancer's own count in
// flight and its own record of latencies; with one balancer that is the same count, with four it sees a quarter. A probe
// answers when the instance's health endpoint does (always, in a scenario without checks) and is in time for the next
// request, not for the one that sent it: so it sees a crash within milliseconds, for three probes a request. Errors and
// time-outs leave no latency behind, but see error-aversion.ts.
//
// The reuse formula b = max(1, (1 + delta) / ((1 - m/n) x r_probe - r_remove)) supposes a fleet larger than the pool. In a
// smaller one the pool holds an answer of everybody and the divisor is not positive; then answers are not worn out, only
// replaced or dropped by age.
//
// Source: Wydrowski, Kleinberg, Rumble, Archer, "Load is not what you should balance: Introducing Prequal", NSDI 2024,
// section 4, with the baseline of its section 5: pool 16, 3 probes a request, quantile 2^-0.25 = .84, 1 removal, delta 1.

import type { Random } from '../../core/kernel/index.ts';
import { ErrorAversion } from './error-aversion.ts';
import { drawOther } from './in-flight.ts';
import { LatencyByLoad } from './latency-by-load.ts';
import type { PolicyEntry } from '../policy.ts';
import { ProbePool } from './probe-pool.ts';
import { RecentQuantile } from './recent-quantile.ts';

const POOL = 16;
const PROBES = 3;
const REMOVALS = 1;
const DELTA = 1;
const HOT_QUANTILE = 2 ** -0.25;
/** Answers that the usual latency is an average of. */
const USUAL_OF = 64;
/** With fewer in the pool the choice is at random. */
const LEAST_POOL = 2;

export const prequal: PolicyEntry = {
  name: 'prequal',
  doc: 'the best of 16 probe answers: lowest latency of the cold, fewest in flight of the hot; who mostly errs is not asked',
  source: 'Wydrowski et al. 2024, "Load is not what you should balance: Introducing Prequal", NSDI, section 4',
  make({ scenario, random, onEject }) {
    const { instances } = scenario.fleet;
    const inFlight = new Int32Array(instances);
    const latencies = Array.from({ length: instances }, () => new LatencyByLoad());
    const aversions = Array.from({ length: instances }, () => new ErrorAversion());
    const pool = new ProbePool(Math.min(POOL, instances));
    const loads = new RecentQuantile();
    const uses = usesOf(instances);
    let answers = (_: number): boolean => true;

    // What probes answer in the mean: an instance of which nothing is known is neither shunned for it nor overrun.
    let usualMs = 0;

    const probe = (instance: number, now: number): void => {
      if (aversions[instance].isOut(now) || !answers(instance)) return;
      const load = inFlight[instance];
      loads.add(load);
      const known = latencies[instance].median(load, now);
      if (known !== undefined) usualMs += (known - usualMs) / USUAL_OF;
      const latencyMs = (known ?? usualMs) / (1 - aversions[instance].errors(now));
      pool.add({ instance, latencyMs, takenAt: now, inFlight: load, uses: rounded(uses, random) });
    };

    return {
      pick({ now, tried }) {
        pool.dropOld(now);
        const limit = loads.at(HOT_QUANTILE);
        const best = pool.size >= LEAST_POOL ? pool.best(limit, tried) : undefined;
        const instance = best?.instance ?? drawOther(instances, tried, random);
        if (best !== undefined) pool.use(best);
        const before = inFlight[instance]++;
        for (let removals = 0; removals < REMOVALS; removals++) pool.removeOne(limit);
        for (const one of someOf(instances, PROBES, random)) probe(one, now);
        return {
          instance,
          ended(ending, at) {
            inFlight[instance]--;
            if (ending === 'ignored') return;
            if (ending === 'good') latencies[instance].add(before, at - now, at);
            if (!aversions[instance].answered(ending === 'good', at)) return;
            pool.removeAllOf(instance);
            onEject(instance, 'error-aversion');
          },
        };
      },
      startChecks(ask) {
        answers = ask;
      },
      look: (instance) => {
        const { isOut, errors } = aversions[instance].seen;
        return { score: 1 - errors, circuit: isOut ? 'open' : 'closed' };
      },
    };
  },
};

/** How many requests may go by one answer, in the mean. */
export function usesOf(instances: number): number {
  const freshPerRequest = (1 - Math.min(POOL, instances) / instances) * PROBES - REMOVALS;
  return freshPerRequest > 0 ? Math.max(1, (1 + DELTA) / freshPerRequest) : Infinity;
}

/** Up or down by chance, so that the mean is kept. */
function rounded(value: number, random: Random): number {
  if (value === Infinity) return value;
  const whole = Math.floor(value);
  return random() < value - whole ? whole + 1 : whole;
}

/** So many different ones, or all. */
function someOf(instances: number, count: number, random: Random): number[] {
  const some: number[] = [];
  while (some.length < Math.min(count, instances)) some.push(drawOther(instances, some, random));
  return some;
}
