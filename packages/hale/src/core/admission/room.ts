// How many requests may be in flight at once, as a plain count: `limits.maxInFlight` of a service,
// `limits.maxInFlightPerInstance` or the adaptive limit of one instance.
//
// What exceeds the limit is answered at once and never queued here: a queue in front of a full fleet turns overload into
// time-outs, and each of those has cost the fleet a whole request.

/** Whether a request of this cost fits beside what is in flight. Costs and limits are whole numbers of at least 1. */
export function hasRoom(inFlight: number, cost: number, limit: number): boolean {
  return inFlight <= mostBeside(cost, limit);
}

/**
 * The most that may be in flight already where a request of this cost is let in; with a cost of 1, `limit - 1`. One
 * dearer than the whole limit is let in when nothing else is in flight: refused, it could never run.
 */
export function mostBeside(cost: number, limit: number): number {
  return cost < limit ? limit - cost : 0;
}
