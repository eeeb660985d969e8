// Why a pick was refused as full, in words for each instance: what is in flight, of how much. Its health is beside the
// point then, and "nothing is known of it yet" would send the reader the wrong way. Off the request path.

import { hasRoom } from '../admission/index.ts';
import { IN_FLIGHT, WORDS } from '../model/index.ts';
import { TOTAL_IN_FLIGHT } from './counters.ts';
import { isEligible } from './listing.ts';
import type { EngineState } from './state.ts';

/** Why the instance had no room for a request of this cost; undefined when it is out for a reason of its own. */
export function fullReason(state: EngineState, id: string, cost: number, now: number): string | undefined {
  const slot = state.slots.get(id);
  if (slot === undefined || !isEligible(state, slot, now, false)) return undefined;
  const { maxInFlight, maxInFlightPerInstance } = state.settings.limits;
  const wish = cost > 1 ? `, and the request costs ${cost}` : '';
  const total = state.counts[TOTAL_IN_FLIGHT];
  if (!hasRoom(total, cost, maxInFlight)) return `the service has ${total} of ${maxInFlight} in flight${wish}`;
  const inFlight = state.ledger.i32[slot * WORDS + IN_FLIGHT];
  const most = Math.min(maxInFlightPerInstance, state.limit === undefined ? Infinity : state.limit.limitOf(slot));
  return hasRoom(inFlight, cost, most) ? undefined : `${inFlight} of ${most} in flight${wish}`;
}
