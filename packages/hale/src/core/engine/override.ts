// The operator's word, above every rule. Mode (ready, drain, maintenance) and circuit are two axes: a drain touches neither
// circuit nor epoch, so trials that are out settle normally; a forced circuit is moved by no evidence, window or check.

import type { Circuit, Fault, Mode } from '../model/index.ts';
import { BYTES, CIRCUITS, ConfigError, FLAGS, FORCED, MODE, MODES, describe } from '../model/index.ts';
import { isParked } from '../eligibility/index.ts';
import type { CircuitEvent } from '../circuit/index.ts';
import { relist } from './listing.ts';
import type { EngineState } from './state.ts';
import { transition } from './transition.ts';

export interface Override {
  readonly mode?: Mode;
  readonly circuit?: 'open' | 'closed' | 'auto';
}

const EVENTS: Readonly<Record<'open' | 'closed' | 'auto', CircuitEvent>> = {
  open: 'forced-open',
  closed: 'forced-closed',
  auto: 'released',
};

/** Applies an override to a known instance. Throws ConfigError, with nothing applied, when any of it is wrong. */
export function override(state: EngineState, id: string, wish: Override, now: number): void {
  state.enter(now);
  const faults: Fault[] = [];
  const slot = typeof id === 'string' ? state.slots.get(id) : undefined;
  // The mode of an absent instance may be set while it is remembered, or nobody could take back its drain before it returns.
  if (slot === undefined || (isParked(state.ledger, slot) && wish?.circuit !== undefined))
    faults.push({
      path: 'id',
      expected: `an instance of service ${JSON.stringify(state.name)}`,
      received: describe(id),
    });
  check(wish, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  if (wish.mode !== undefined) setMode(state, slot!, wish.mode, now);
  if (wish.circuit !== undefined) force(state, slot!, wish.circuit, now);
  if (state.facts.hasNews) state.facts.tell();
}

function check(wish: Override, faults: Fault[]): void {
  if (typeof wish !== 'object' || wish === null) {
    faults.push({ path: 'override', expected: '{ mode } or { circuit }', received: describe(wish) });
    return;
  }
  for (const key of Object.keys(wish)) {
    if (key !== 'mode' && key !== 'circuit')
      faults.push({ path: key, expected: 'mode or circuit', received: 'another key' });
  }
  if (wish.mode === undefined && wish.circuit === undefined)
    faults.push({ path: 'override', expected: 'a mode or a circuit', received: 'neither' });
  if (wish.mode !== undefined && !MODES.includes(wish.mode))
    faults.push({ path: 'mode', expected: "'ready', 'drain' or 'maintenance'", received: describe(wish.mode) });
  if (wish.circuit !== undefined && !(typeof wish.circuit === 'string' && Object.hasOwn(EVENTS, wish.circuit))) {
    faults.push({ path: 'circuit', expected: "'open', 'closed' or 'auto'", received: describe(wish.circuit) });
  }
}

function setMode(state: EngineState, slot: number, mode: Mode, now: number): void {
  const at = slot * BYTES + MODE;
  const from = MODES[state.ledger.u8[at]];
  if (from === mode) return;
  state.ledger.u8[at] = MODES.indexOf(mode);
  relist(state, slot, now);
  const instance = state.records[slot].id;
  state.facts.add(state.name, now, { type: 'overridden', instance, from, to: mode, reason: 'override' });
}

function force(state: EngineState, slot: number, circuit: 'open' | 'closed' | 'auto', now: number): void {
  const flags = slot * BYTES + FLAGS;
  const wasForced = (state.ledger.u8[flags] & FORCED) !== 0;
  // `auto` on a circuit that nobody forced would throw away what it has learned.
  if (circuit === 'auto' && !wasForced) return;
  const current: Circuit = CIRCUITS[state.view.circuit(slot)];
  if (wasForced && circuit === current) return;
  if (circuit === 'auto') state.ledger.u8[flags] &= ~FORCED;
  else state.ledger.u8[flags] |= FORCED;
  transition(state, slot, EVENTS[circuit], 'override', now);
}
