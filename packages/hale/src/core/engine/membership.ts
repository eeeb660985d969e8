// Who belongs to the service. An update leaves the survivors' records as they are, to the bit: undici's BalancedPool forgets
// everybody's history when one upstream is added. What is absent is parked, not forgotten, so that a flapping discovery
// launders no circuit.

import { isParked } from '../eligibility/index.ts';
import type { Group } from '../eligibility/index.ts';
import type { Fleet, ServiceInstance } from '../model/index.ts';
import { FLEET_CLOCK, FLEET_TIME, INVERSE_WEIGHT, LAST_OUTCOME, WORDS, SERIES, SIDE } from '../model/index.ts';
import { restoreEvidence, setFleetSize, withdrawEvidence } from '../observe/index.ts';
import { beginSlowStart, rescaleShare, setTrust } from '../recovery/index.ts';
import type { GivenList } from './instance-check.ts';
import { readInstances } from './instance-check.ts';
import { belongsInList } from './listing.ts';
import type { EngineState, InstanceRecord } from './state.ts';
import { DUE_AT, OUT } from './counters.ts';
import { raiseLargest, settleWeights } from './weights.ts';

/** Sets the membership. Throws ConfigError with every fault, and then nothing has changed. */
export function update(state: EngineState, instances: readonly ServiceInstance[], now: number): void {
  state.enter(now);
  const given = readInstances(instances, state.settings.maxInstances);
  state.hasMembership = true;
  const seenAt = Math.floor(now);
  const isRunning = hasWorked(state.fleet);
  const present = new Uint8Array(state.ledger.used + given.ids.length);
  for (let index = 0; index < given.ids.length; index++)
    present[admit(state, given, index, seenAt, now, isRunning)] = 1;
  for (const slot of state.slots.values()) {
    if (present[slot] === 0 && !isParked(state.ledger, slot)) park(state, slot, now);
  }
  makeRoom(state, now, given);
  settleWeights(state);
  if (state.facts.hasNews) state.facts.tell();
}

/** Adds or refreshes instances without parking anyone: candidates of `selectInstance`. */
export function join(state: EngineState, given: GivenList, now: number): void {
  const isRunning = hasWorked(state.fleet);
  const seenAt = Math.floor(now);
  for (let index = 0; index < given.ids.length; index++) admit(state, given, index, seenAt, now, isRunning);
  makeRoom(state, now, given);
  settleWeights(state);
}

/** Lets go of everything known of a slot; leases of it touch nothing from now on. */
export function forget(state: EngineState, slot: number, now: number): void {
  const { id } = state.records[slot];
  if (!isParked(state.ledger, slot)) park(state, slot, now);
  state.slots.delete(id);
  state.instruments.close(state.ledger.side[slot * SIDE + SERIES]);
  state.ledger.free(slot);
  // The place may stay free for ever, and must not hold what its owner gave.
  state.records[slot] = NOBODY;
  state.given[slot] = NOTHING;
  state.facts.add(state.name, now, {
    type: 'forgotten',
    from: 'absent',
    to: 'unknown',
    instance: id,
    reason: 'membership',
  });
}

/** Takes an instance out of every list; its counts leave the totals. `settleWeights` must follow. */
export function park(state: EngineState, slot: number, now: number): void {
  if (state.isClosed(slot)) withdrawEvidence(state.ledger, state.fleet, slot);
  else state.counts[OUT]--;
  state.membershipVersion++;
  setFleetSize(state.fleet, state.instances - 1, state.tuning);
  leaveGroup(state, slot);
  const record = state.records[slot];
  record.parkedAt = Math.floor(now);
  state.times[DUE_AT] = Math.min(state.times[DUE_AT], record.parkedAt + state.settings.forgetAfter);
  state.facts.add(state.name, now, {
    type: 'parked',
    from: 'present',
    to: 'absent',
    instance: record.id,
    reason: 'membership',
  });
}

// An outcome has come, on whatever clock: below 0 or at 0 it leaves no positive time, and the fleet clock is set back now
// and then, to anything from 0 up. Both at once say "none" only of an outcome at time 0 that set it back to 0 exactly.
function hasWorked({ totals }: Fleet): boolean {
  return totals[FLEET_CLOCK] !== 0 || totals[LAST_OUTCOME] !== 0;
}

// What was admitted is compared, not the object: its owner may have changed it in place.
function admit(
  state: EngineState,
  given: GivenList,
  index: number,
  seenAt: number,
  now: number,
  isRunning: boolean,
): number {
  const slot = state.slots.get(given.ids[index]);
  if (slot === undefined) return add(state, given, index, seenAt, now, isRunning);
  const record = state.records[slot];
  const instance = given.instances[index];
  const weight = given.weights[index];
  const priority = given.priorities[index];
  const zone = given.zones[index];
  record.seenAt = seenAt;
  if (state.given[slot] !== instance) {
    state.given[slot] = instance;
    state.membershipVersion++;
  }
  const isBack = isParked(state.ledger, slot);
  const hasMoved = record.weight !== weight || record.priority !== priority || record.zone !== zone;
  if (hasMoved) {
    record.weight = weight;
    record.priority = priority;
    record.zone = zone;
  }
  if (isBack) comeBack(state, slot, record, now);
  else if (hasMoved) moveGroup(state, slot, now);
  return slot;
}

function add(
  state: EngineState,
  given: GivenList,
  index: number,
  seenAt: number,
  now: number,
  isRunning: boolean,
): number {
  const { ledger } = state;
  const slot = ledger.take();
  const record = recordOf(given.ids[index], given.weights[index], given.priorities[index], given.zones[index], seenAt);
  state.membershipVersion++;
  state.slots.set(record.id, slot);
  state.records[slot] = record;
  state.given[slot] = given.instances[index];
  ledger.side[slot * SIDE + SERIES] = state.instruments.open(record.id);
  state.limit?.take(slot);
  state.rates?.take(slot);
  state.forecast?.take(slot, now);
  ledger.f32[slot * WORDS + FLEET_TIME] = state.fleet.totals[FLEET_CLOCK];
  const group = groupOf(state, record);
  ledger.f32[slot * WORDS + INVERSE_WEIGHT] = 1 / record.weight;
  raiseLargest(state, group, record.weight);
  // A newcomer to a fleet at work is cold; those that start together are equal.
  if (isRunning) beginSlowStart(ledger, slot, now, state.tuning.firstTrust, group.largestWeight, state.settings);
  else setTrust(ledger, slot, now, 1, group.largestWeight);
  state.roster.enter(ledger, slot, group, belongsInList(state, slot, now));
  state.facts.add(state.name, now, {
    type: 'joined',
    from: 'unknown',
    to: 'present',
    instance: record.id,
    reason: 'membership',
  });
  return slot;
}

function comeBack(state: EngineState, slot: number, record: InstanceRecord, now: number): void {
  const { ledger } = state;
  record.parkedAt = -1;
  state.membershipVersion++;
  if (state.isClosed(slot)) restoreEvidence(ledger, state.fleet, slot);
  else state.counts[OUT]++;
  enterGroup(state, slot, now);
  state.facts.add(state.name, now, {
    type: 'returned',
    from: 'absent',
    to: 'present',
    instance: record.id,
    reason: 'membership',
  });
}

function moveGroup(state: EngineState, slot: number, now: number): void {
  state.membershipVersion++;
  leaveGroup(state, slot);
  enterGroup(state, slot, now);
}

// While it is in no group, nobody rescales its share when a largest weight changes. So it is kept relative to its own
// weight, which makes it the bare trust.
function leaveGroup(state: EngineState, slot: number): void {
  const group = state.groupOf(slot);
  const weight = state.weightOf(slot);
  rescaleShare(state.ledger, slot, weight, group.largestWeight, weight);
  group.isWeightStale = true;
  state.roster.leave(state.ledger, slot);
}

function enterGroup(state: EngineState, slot: number, now: number): void {
  const { ledger } = state;
  const record = state.records[slot];
  const { weight } = record;
  const group = groupOf(state, record);
  raiseLargest(state, group, weight);
  rescaleShare(ledger, slot, weight, state.weightOf(slot), group.largestWeight);
  state.roster.enter(ledger, slot, group, belongsInList(state, slot, now));
}

function groupOf(state: EngineState, { priority, zone }: InstanceRecord): Group {
  return state.roster.groupFor(priority, state.zone === undefined || zone === undefined || zone === state.zone);
}

// Who is not in the list at hand counts against maxInstances all the same: the longest absent leave first. After
// `selectInstance` they may be present still, since callers may hand in different lists; without a bound, lists that never
// repeat would fill the memory within the minute after which the absent are parked.
function makeRoom(state: EngineState, now: number, { ids }: GivenList): void {
  const excess = state.slots.size - state.settings.maxInstances;
  if (excess <= 0) return;
  const { slots, records, ledger } = state;
  const current = new Set(ids.map((id) => slots.get(id)));
  const absent = [...slots.values()].filter((slot) => !current.has(slot));
  const absentSince = (slot: number): number =>
    isParked(ledger, slot) ? records[slot].parkedAt - ABSENT_FIRST : records[slot].seenAt;
  absent.sort((a, b) => absentSince(a) - absentSince(b));
  for (const slot of absent.slice(0, excess)) forget(state, slot, now);
}

/** The parked leave before any that is present. */
const ABSENT_FIRST = 2 ** 52;

function recordOf(
  id: string,
  weight: number,
  priority: number,
  zone: string | undefined,
  seenAt: number,
): InstanceRecord {
  return {
    id,
    weight,
    priority,
    zone,
    seenAt,
    parkedAt: -1,
    changedAt: seenAt,
    reason: '',
    cause: -1,
    isEjected: false,
    forecasts: 0,
    observed: 0,
  };
}

/** In the places that are free. */
const NOBODY: InstanceRecord = recordOf('', 1, 0, undefined, 0);
const NOTHING: ServiceInstance = { id: '' };
