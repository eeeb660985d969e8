// Enacting a transition on one record. Every move advances the epoch, so that a lease granted before it moves nothing
// after it: a straggler of the old epoch is neither a trial nor evidence (in failsafe-go it is counted as a trial).

import type { Ledger } from '../model/index.ts';
import {
  BYTES,
  CIRCUIT,
  CIRCUITS,
  CLOSED,
  EPOCH,
  FLAGS,
  HALF_WORDS,
  LOOSE_TRIAL,
  RUN,
  SAFE_ONLY,
  SPARED,
  TRIALS,
} from '../model/index.ts';
import type { CircuitEvent } from './transitions.ts';
import { TRANSITIONS } from './transitions.ts';

/**
 * Moves the circuit of a slot by an event. Returns the number of the state it is in now, or -1 when the table does not
 * list the event for its state, in which case nothing has changed.
 */
export function moveCircuit(ledger: Ledger, slot: number, event: CircuitEvent): number {
  const at = slot * BYTES;
  const { u8 } = ledger;
  const transition = TRANSITIONS[CIRCUITS[u8[at + CIRCUIT]]][event];
  if (transition === undefined) return -1;
  const to = CIRCUITS.indexOf(transition.to);
  ledger.u16[slot * HALF_WORDS + EPOCH]++;
  u8[at + CIRCUIT] = to;
  u8[at + TRIALS] = 0;
  u8[at + RUN] = 0;
  // `safe only` belongs to one way into half-open; a loose trial and `spared` to one epoch.
  const keepSafe = event === 'trial-expired' ? 0 : SAFE_ONLY;
  u8[at + FLAGS] &= ~(keepSafe | LOOSE_TRIAL | SPARED);
  // The count for `rise` starts again at each transition; the count for `fall` goes on until a good check ends it.
  ledger.riseFall[slot] &= 0xf0;
  if (event === 'replayable') u8[at + FLAGS] |= SAFE_ONLY;
  return to;
}

/** Is the circuit of this slot closed? */
export function isClosed(ledger: Ledger, slot: number): boolean {
  return ledger.u8[slot * BYTES + CIRCUIT] === CLOSED;
}
