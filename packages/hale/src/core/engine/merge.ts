// Evidence of others: what another worker or replica has seen, taken in as evidence, never as a verdict. One bad observer
// must not poison all, so foreign evidence carries a trust below 1, and a message is bounded.

import type { FailureCause } from '../model/index.ts';
import { BYTES, RUN, causeNumber } from '../model/index.ts';
import { isParked } from '../eligibility/index.ts';
import { exonerate } from '../circuit/index.ts';
import { advanceFleetClock, countEvidence, isSameMoment } from '../observe/index.ts';
import { accuse } from './accuse.ts';
import { UNKNOWN } from './counters.ts';
import { relistByScore } from './listing.ts';
import type { EngineState } from './state.ts';

export interface ForeignEvidence {
  readonly id: string;
  /** Each bad outcome with its age in ms, at most 60 000, when the message was made. At most 1000 are taken. */
  readonly bad: readonly { readonly ageMs: number; readonly cause: FailureCause }[];
  /** How many good ones. At most 1000 are taken. */
  readonly good: number;
}

const MOST = 1000;
const OLDEST_MS = 60_000;

/** Takes foreign evidence on a closed circuit at weight `trust` (0,1]. No latency, trust or level moves. */
export function merge(state: EngineState, { id, bad, good }: ForeignEvidence, trust: number, now: number): void {
  state.enter(now);
  const slot = state.slots.get(id);
  if (slot === undefined || isParked(state.ledger, slot))
    return state.noteIgnored(UNKNOWN, 'evidence of others about an unknown instance');
  const weight = trust > 0 ? Math.min(1, trust) : 0;
  if (weight === 0 || !state.isClosed(slot)) return;
  const { ledger, fleet, tuning } = state;
  const goods = Number.isFinite(good) ? Math.min(MOST, Math.max(0, Math.floor(good))) : 0;
  if (goods > 0) {
    advanceFleetClock(ledger, fleet, now, tuning, goods);
    countEvidence(ledger, fleet, slot, false, weight * goods);
    exonerate(ledger, slot, tuning, weight * goods);
    if (bad.length === 0) ledger.u8[slot * BYTES + RUN] = 0;
  }
  for (const { ageMs, cause } of bad.slice(0, MOST)) {
    if (!state.isClosed(slot)) break;
    // The sender has coalesced its own bursts; what several senders saw in the same moment, or late, is still one event.
    // What is older than a minute is a replay, or a clock gone wrong, and no news.
    if (ageMs > OLDEST_MS) continue;
    const happenedAt = Math.floor(now - (ageMs >= 0 ? ageMs : 0));
    if (isSameMoment(ledger, slot, happenedAt, tuning)) continue;
    accuse(state, slot, { cause: causeNumber(cause), latencyMs: 0, happenedAt, weight, isOwn: false }, now);
  }
  if (state.isClosed(slot)) relistByScore(state, slot, now);
  if (state.facts.hasNews) state.facts.tell();
}
