// Priority tiers and zones: a weakening group keeps what it can serve and lets the rest overflow, before it is empty.
//
// With a = the listed share of a group, it keeps a request with probability min(1, overflow x a): at 1.4 (Envoy's factor)
// two of seven instances may be out before anything overflows. All-or-nothing failover drops the whole load of a tier on
// the next one in an instant.

import type { Settings } from '../model/index.ts';

/**
 * Probability, [0,1], that a tier or zone keeps a request. `held` is its memory: [believed share, when it was last worse].
 * With failbackDelay a group that has weakened is believed fit again only after it has been so for that long: caches are
 * cold, and a group that flaps would drag its traffic to and fro.
 */
export function keepProbability(
  listed: number,
  size: number,
  held: Float64Array,
  now: number,
  settings: Settings,
): number {
  if (size === 0) return 0;
  let fit = Math.min(1, settings.overflow * (listed / size));
  if (settings.failbackDelay > 0) {
    if (fit <= held[0]) {
      held[0] = fit;
      held[1] = now;
    } else if (now - held[1] >= settings.failbackDelay) held[0] = fit;
    else fit = held[0];
  }
  return fit;
}
