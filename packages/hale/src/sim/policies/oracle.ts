// The oracle: knows each instance's present fault, and takes the one that will answer soonest of those with the best chance
// of an answer. It refuses what nobody can answer in time.
//
// Greedy, so it can be beaten: it does not foresee a fault, and knows the work of a request only by its mean. Regrets are
// measured from it, not from an optimum that nobody knows.

import type { Fault, FaultScript } from '../../faults/index.ts';
import { faultsAt } from '../../faults/index.ts';
import type { Work } from '../scenario.ts';
import { RecentCount } from '../world/index.ts';
import { hold } from './in-flight.ts';
import type { PolicyEntry } from '../policy.ts';

/** Refuses when the queue alone takes this share of the callers' patience: from there on it would only grow. */
const PATIENCE = 0.1;

export const oracle: PolicyEntry = {
  name: 'oracle',
  doc: 'knows the faults; regret is measured from it',
  source: 'none: it reads the script',
  make({ scenario, trueNow, random }) {
    const { fleet, script, callers } = scenario;
    const { instances, priorities, speeds, workers } = fleet;
    const { workMs, streamMs } = meanOf(fleet.work);
    const inFlight = new Int32Array(instances);
    const loss = new Float64Array(instances);
    const slowness = new Float64Array(instances);
    const limit = new Float64Array(instances);
    const recent = Array.from({ length: instances }, () => new RecentCount());
    const routeOf = new Map(callers.keys?.map(({ key, route }) => [key, route]));
    const hasRoutes = script.some(({ fault }) => fault.name === 'route-fails');
    let readAt = -Infinity;
    // What is known of the faults changes seldom, and is asked for each pick: read again a thousand times a second.
    const read = (now: number): void => {
      if (now - readAt < 1) return;
      readAt = now;
      for (let at = 0; at < instances; at++) {
        loss[at] = 0;
        limit[at] = Infinity;
        slowness[at] = 1 / (speeds?.[at % speeds.length] ?? 1);
        for (const { fault, since } of faultsAt(script, String(at), now)) {
          loss[at] = Math.max(loss[at], lossOf(fault, now - since, callers.method));
          slowness[at] *= slownessOf(fault, now - since);
          if (fault.name === 'overload') limit[at] = fault.perSecond;
        }
      }
    };
    return {
      pick({ tried, key }) {
        const now = trueNow();
        read(now);
        const route = hasRoutes && key !== undefined ? routeOf.get(key) : undefined;
        let best = -1;
        let bestLoss = Infinity;
        let bestMs = Infinity;
        // From a random start, or the first of those that are equally good would do all of the work.
        const start = Math.floor(random() * instances);
        for (let look = 0; look < instances; look++) {
          const at = (start + look) % instances;
          if (tried.includes(at) && tried.length < instances) continue;
          const isLimited = limit[at] < Infinity && recent[at].at(now) >= limit[at];
          const failsRoute = route !== undefined && failsFor(script, at, route, now);
          const itsLoss = isLimited || failsRoute ? 1 : loss[at];
          // The tier decides among equals alone: nothing is measured that it would spare.
          const busy = (workMs + streamMs) * (inFlight[at] / workers);
          const ms = slowness[at] * (workMs + busy) * (1 + 1e-6 * (priorities?.[at % priorities.length] ?? 0));
          if (itsLoss < bestLoss || (itsLoss === bestLoss && ms < bestMs)) {
            best = at;
            bestLoss = itsLoss;
            bestMs = ms;
          }
        }
        if (best < 0) return undefined;
        const queuedMs = (slowness[best] * (workMs + streamMs) * Math.max(0, inFlight[best] + 1 - workers)) / workers;
        if (queuedMs > Math.max(PATIENCE * callers.timeoutMs, workMs + streamMs)) return undefined;
        if (limit[best] < Infinity) recent[best].add(now);
        return hold(inFlight, best);
      },
    };
  },
};

function meanOf(work: Work): { workMs: number; streamMs: number } {
  if (work.kind === 'lognormal') return { workMs: work.meanMs, streamMs: work.streamMs ?? 0 };
  return { workMs: work.samplesMs.reduce((sum, ms) => sum + ms, 0) / work.samplesMs.length, streamMs: 0 };
}

// The share of its requests that an instance with this fault will lose. Broken connections come at a moment and cannot
// be told from outside before it; poison is the request's.
function lossOf(fault: Fault, ageMs: number, method: string): number {
  switch (fault.name) {
    case 'refuse':
    case 'blackhole':
    case 'sinkhole':
      return 1;
    case 'brownout':
      return fault.method === undefined || fault.method === method ? fault.share : 0;
    case 'truncated':
      return fault.share;
    case 'flapping':
      return ageMs % fault.periodMs < fault.periodMs * fault.downShare ? 1 : 0;
    case 'leak':
      return Math.max(0, 2 * Math.min(1, ageMs / fault.fullMs) - 1);
    default:
      return 0;
  }
}

// Of one route alone, so by the request.
function failsFor(script: FaultScript, instance: number, route: string, now: number): boolean {
  return faultsAt(script, String(instance), now).some(
    ({ fault }) => fault.name === 'route-fails' && fault.route === route,
  );
}

function slownessOf(fault: Fault, ageMs: number): number {
  switch (fault.name) {
    case 'slow':
      return fault.factor;
    case 'gray':
      return 1 + fault.share * (fault.factor - 1);
    case 'cold':
      return 1 + (fault.factor - 1) * Math.max(0, 1 - ageMs / fault.warmMs);
    case 'leak':
      return 1 + (fault.factor - 1) * Math.min(1, ageMs / fault.fullMs);
    case 'pauses':
      // A pause of .8 s is as slow as a work of 20 ms that takes 41 times as long.
      return ageMs % fault.everyMs < fault.lengthMs ? 1 + fault.lengthMs / 20 : 1;
    default:
      return 1;
  }
}
