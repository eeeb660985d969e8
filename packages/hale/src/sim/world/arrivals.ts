// When requests come: a Poisson process whose rate follows the load's shape, or a trace.
//
// The rate is thinned from its peak (Lewis and Shedler 1979): candidates come at the peak's rate, and each is kept with
// the probability rate(t) / peak. It is exact, and needs no integral of the rate.

import type { Random } from '../../core/kernel/index.ts';
import type { Load } from '../scenario.ts';

/** The moment of the next arrival after `now`, or Infinity. Call it in order; a trace is read by index. */
export function arrivals(load: Load, random: Random): (now: number) => number {
  if (load.kind === 'trace') {
    let next = 0;
    return () => (next < load.atMs.length ? load.atMs[next++] : Infinity);
  }
  const peak = peakOf(load);
  if (!(peak > 0)) return () => Infinity;
  return (now) => {
    for (let at = now; ;) {
      at -= (Math.log(1 - random()) * 1000) / peak;
      if (load.kind === 'steady' || random() * peak < rateAt(load, at)) return at;
    }
  };
}

/** Requests a second at a moment. */
export function rateAt(load: Load, ms: number): number {
  switch (load.kind) {
    case 'steady':
      return load.perSecond;
    case 'bursts':
      return ms % load.everyMs < load.burstMs ? load.peak : load.perSecond;
    case 'daily':
      return load.perSecond * (1 + load.swing * Math.sin((2 * Math.PI * ms) / load.periodMs));
    case 'trace':
      return 0;
  }
}

/** How many requests to expect within `lengthMs`; for bounds, not for measures. */
export function expectedRequests(load: Load, lengthMs: number): number {
  if (load.kind === 'trace') return load.atMs.length;
  return (peakOf(load) * lengthMs) / 1000;
}

function peakOf(load: Exclude<Load, { kind: 'trace' }>): number {
  switch (load.kind) {
    case 'steady':
      return load.perSecond;
    case 'bursts':
      return Math.max(load.perSecond, load.peak);
    case 'daily':
      return load.perSecond * (1 + load.swing);
  }
}
