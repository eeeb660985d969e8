// What a run needs in memory, before it starts: a scenario is data, and data may ask for a million instances over a week.
//
// An upper estimate, from the sizes measured on Node 26: what is in flight is bounded by Little's law with everybody waiting
// for the whole time-out, which is what a fleet that answers nothing does.

import { shareBytes } from './measures/index.ts';
import type { Scenario } from './scenario.ts';
import { expectedRequests } from './world/index.ts';

/** A simulated instance with its sets and closures, and the largest record that a policy keeps of one. */
const INSTANCE_BYTES = 3000;
/** One attempt in flight: request, exchange, call, and two timers. A cancelled timer waits as long as a live one. */
const ATTEMPT_BYTES = 1200;
const BASE_BYTES = 20e6;

/** Bytes that one run of this scenario takes at most, give or take a half. */
export function memoryOf({ fleet, load, callers, lengthMs, balancers }: Scenario): number {
  const perMs = expectedRequests(load, lengthMs) / Math.max(1, lengthMs);
  const streamMs = fleet.work.kind === 'lognormal' ? (fleet.work.streamMs ?? 0) : 0;
  const inFlight = perMs * (callers.timeoutMs + 3 * streamMs) * (1 + callers.retries);
  const trace = load.kind === 'trace' ? 8 * load.atMs.length : 0;
  return (
    BASE_BYTES +
    shareBytes(fleet.instances, lengthMs) +
    fleet.instances * (1 + balancers) * INSTANCE_BYTES +
    inFlight * ATTEMPT_BYTES +
    trace
  );
}
