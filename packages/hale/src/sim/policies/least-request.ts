// The less busy of two draws among the instances in rotation: the final choice of those baselines that keep a list of whom
// they may ask. The draws are independent and may be the same instance, which is what Envoy does; it matters in small
// fleets alone. Among those without health `power-of-two-choices.ts` draws two that differ.
//
// Source: envoyproxy/envoy, source/extensions/load_balancing_policies/least_request/least_request_lb.cc,
// `unweightedHostPickNChoices`, choice_count 2.

import type { Random } from '../../core/kernel/index.ts';

/** `among` is not empty. */
export function leastRequest(among: readonly number[], inFlight: Int32Array, random: Random): number {
  const first = among[Math.floor(random() * among.length)];
  const second = among[Math.floor(random() * among.length)];
  return inFlight[second] < inFlight[first] ? second : first;
}

/** Those that this request has not tried; all of them where it has tried all. */
export function untried(among: readonly number[], tried: readonly number[]): readonly number[] {
  if (tried.length === 0) return among;
  const left = among.filter((instance) => !tried.includes(instance));
  return left.length > 0 ? left : among;
}
