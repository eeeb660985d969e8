// Who belongs to the service. An update leaves the survivors' records as they are, to the bit: undici's BalancedPool forgets
// everybody's history when one upstream is added. What is absent is parked, not forgotten, so that a flapping discovery
// launders no circuit.

import { isParked } from '../eligibility/index.ts';
import type { Group } from '../eligibility/index.ts';
import type { Fault, ServiceInstance } from '../model/index.ts';
import { ConfigError, FLEET_CLOCK, FLEET_TIME, INVERSE_WEIGHT, LAST_OUTCOME, WORDS, describe } from '../model/index.ts';
import { restoreEvidence, setFleetSize, withdrawEvidence } from '../observe/index.ts';
import { beginSlowStart, rescaleShare, setTrust } from '../recovery/index.ts';
import { checkInstance } from './instance-check.ts';
import { belongsInList } from './listing.ts';
import type { EngineState, InstanceRecord } from './state.ts';
import { DUE_AT, OUT } from './counters.ts';

/** Sets the membership. Throws ConfigError with every fault, and then nothing has changed. */
export function update(state: EngineState, instances: readonly ServiceInstance[], now: number): void {
  state.enter(now);
  checkInstances(state, instances);
  state.hasMembership = true;
  const seenAt = Math.floor(now);
  const isRunning = state.fleet.totals[LAST_OUTCOME] > 0;
  const present = new Uint8Array(state.ledger.used + instances.length);
  for (const instance of instances) present[admit(state, instance, seenAt, now, isRunning)] = 1;
  for (const slot of state.slots.values()) {
    if (present[slot] === 0 && !isParked(state.ledger, slot)) park(state, slot, now);
  }
  settleWeights(state);
  makeRoom(state, now, instances);
  if (state.facts.hasNews) state.facts.tell();
}

/** Adds or refreshes instances without parking anyone: candidates of `selectInstance`. They must have been checked. */
export function join(state: EngineState, instances: readonly ServiceInstance[], now: number): void {
  const isRunning = state.fleet.totals[LAST_OUTCOME] > 0;
  for (const instance of instances) admit(state, instance, Math.floor(now), now, isRunning);
  settleWeights(state);
  makeRoom(state, now, instances);
}

/** Every fault of a list: wrong values, duplicates, too many. Instances that are the very objects known already are right. */
export function checkInstances(state: EngineState, instances: readonly ServiceInstance[]): void {
  const faults: Fault[] = [];
  if (!Array.isArray(instances)) {
    throw new ConfigError([{ path: 'instances', expected: 'a list of instances', received: describe(instances) }]);
  }
  const { maxInstances } = state.settings;
  if (instances.length > maxInstances) {
    throw new ConfigError([
      { path: 'instances', expected: `at most ${maxInstances} (maxInstances)`, received: String(instances.length) },
    ]);
  }
  const ids = new Set<string>();
  for (let index = 0; index < instances.length; index++) {
    const instance = instances[index];
    const isKnown = isSameObject(state, instance);
    if ((isKnown || checkInstance(instance, `instances[${index}]`, faults)) && ids.size === ids.add(instance.id).size) {
      faults.push({
        path: `instances[${index}].id`,
        expected: 'an id that no other instance has',
        received: describe(instance.id),
      });
    }
    if (faults.length >= MOST_FAULTS) break;
  }
  if (faults.length > 0) throw new ConfigError(faults);
}

/** Lets go of everything known of a slot; leases of it touch nothing from now on. */
export function forget(state: EngineState, slot: number, now: number): void {
  const { id } = state.records[slot].instance;
  if (!isParked(state.ledger, slot)) park(state, slot, now);
  state.slots.delete(id);
  state.instruments.close(state.ledger.series[slot]);
  state.ledger.free(slot);
  state.facts.add(state.name, now, { type: 'forgotten', instance: id, reason: 'membership' });
}

/** Takes an instance out of every list; its counts leave the totals. */
export function park(state: EngineState, slot: number, now: number): void {
  if (state.isClosed(slot)) withdrawEvidence(state.ledger, state.fleet, slot);
  else state.counts[OUT]--;
  state.membershipVersion++;
  setFleetSize(state.fleet, state.instances - 1, state.tuning);
  leaveGroup(state, slot);
  const record = state.records[slot];
  record.parkedAt = Math.floor(now);
  state.times[DUE_AT] = Math.min(state.times[DUE_AT], record.parkedAt + state.settings.forgetAfter);
  state.facts.add(state.name, now, { type: 'parked', instance: record.instance.id, reason: 'membership' });
}

// A list with ten thousand faults is told by its first hundred.
const MOST_FAULTS = 100;

function isSameObject(state: EngineState, instance: ServiceInstance): boolean {
  const slot = typeof instance === 'object' && instance !== null ? state.slots.get(instance.id) : undefined;
  return slot !== undefined && state.records[slot].instance === instance;
}

function admit(state: EngineState, instance: ServiceInstance, seenAt: number, now: number, isRunning: boolean): number {
  const known = state.slots.get(instance.id);
  if (known === undefined) return add(state, instance, seenAt, now, isRunning);
  const record = state.records[known];
  record.seenAt = seenAt;
  const isBack = isParked(state.ledger, known);
  if (record.instance === instance && !isBack) return known;
  const old = record.instance;
  record.instance = instance;
  if (isBack) comeBack(state, known, record, now);
  else if (hasMoved(old, instance)) moveGroup(state, known, now);
  return known;
}

function add(state: EngineState, instance: ServiceInstance, seenAt: number, now: number, isRunning: boolean): number {
  const { ledger } = state;
  const slot = ledger.take();
  state.membershipVersion++;
  state.slots.set(instance.id, slot);
  state.records[slot] = {
    instance,
    seenAt,
    parkedAt: -1,
    changedAt: seenAt,
    reason: '',
    cause: -1,
    forecasts: 0,
    observed: 0,
  };
  ledger.series[slot] = state.instruments.open(instance.id);
  state.limit?.take(slot);
  state.forecast?.take(slot, now);
  ledger.f32[slot * WORDS + FLEET_TIME] = state.fleet.totals[FLEET_CLOCK];
  const group = groupOf(state, instance);
  const weight = instance.weight ?? 1;
  ledger.f32[slot * WORDS + INVERSE_WEIGHT] = 1 / weight;
  raiseLargest(state, group, weight);
  // A newcomer to a fleet at work is cold; those that start together are equal.
  if (isRunning) beginSlowStart(ledger, slot, now, group.largestWeight, state.settings, state.tuning);
  else setTrust(ledger, slot, now, 1, group.largestWeight);
  state.roster.enter(ledger, slot, group, belongsInList(state, slot, now));
  state.facts.add(state.name, now, { type: 'joined', instance: instance.id, reason: 'membership' });
  return slot;
}

function comeBack(state: EngineState, slot: number, record: InstanceRecord, now: number): void {
  const { ledger } = state;
  record.parkedAt = -1;
  state.membershipVersion++;
  if (state.isClosed(slot)) restoreEvidence(ledger, state.fleet, slot);
  else state.counts[OUT]++;
  enterGroup(state, slot, now);
  state.facts.add(state.name, now, { type: 'returned', instance: record.instance.id, reason: 'membership' });
}

function moveGroup(state: EngineState, slot: number, now: number): void {
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
  const { instance } = state.records[slot];
  const group = groupOf(state, instance);
  const weight = instance.weight ?? 1;
  raiseLargest(state, group, weight);
  rescaleShare(ledger, slot, weight, state.weightOf(slot), group.largestWeight);
  state.roster.enter(ledger, slot, group, belongsInList(state, slot, now));
}

function groupOf(state: EngineState, { priority, zone }: ServiceInstance): Group {
  return state.roster.groupFor(priority ?? 0, state.zone === undefined || zone === undefined || zone === state.zone);
}

function hasMoved(old: ServiceInstance, instance: ServiceInstance): boolean {
  return (
    (old.weight ?? 1) !== (instance.weight ?? 1) ||
    (old.priority ?? 0) !== (instance.priority ?? 0) ||
    old.zone !== instance.zone
  );
}

// A heavier newcomer thins everybody's share at once; a lighter largest is found after the update.
function raiseLargest(state: EngineState, group: Group, weight: number): void {
  if (group.size === 0) {
    group.largestWeight = weight;
    return;
  }
  if (weight > group.largestWeight) rescaleGroup(state, group, weight);
}

function settleWeights(state: EngineState): void {
  setFleetSize(state.fleet, state.instances, state.tuning);
  for (const group of state.roster.groups) {
    if (!group.isWeightStale) continue;
    group.isWeightStale = false;
    let largest = 0;
    forEachSlot(group, (slot) => (largest = Math.max(largest, 1 / state.ledger.f32[slot * WORDS + INVERSE_WEIGHT])));
    if (largest > 0 && Math.abs(largest - group.largestWeight) > 1e-6 * largest) rescaleGroup(state, group, largest);
  }
}

function rescaleGroup(state: EngineState, group: Group, largest: number): void {
  forEachSlot(group, (slot) => rescaleShare(state.ledger, slot, state.weightOf(slot), group.largestWeight, largest));
  group.largestWeight = largest;
}

function forEachSlot(group: Group, visit: (slot: number) => void): void {
  for (let index = 0; index < group.listedCount; index++) visit(group.listed[index]);
  for (let index = 0; index < group.othersCount; index++) visit(group.others[index]);
}

// Who is not in the list at hand counts against maxInstances all the same: the longest absent leave first. After
// `selectInstance` they may be present still, since callers may hand in different lists; without a bound, lists that never
// repeat would fill the memory within the minute after which the absent are parked.
function makeRoom(state: EngineState, now: number, list: readonly ServiceInstance[]): void {
  const excess = state.slots.size - state.settings.maxInstances;
  if (excess <= 0) return;
  const { slots, records, ledger } = state;
  const current = new Set(list.map(({ id }) => slots.get(id)));
  const absent = [...slots.values()].filter((slot) => !current.has(slot));
  const absentSince = (slot: number): number =>
    isParked(ledger, slot) ? records[slot].parkedAt - ABSENT_FIRST : records[slot].seenAt;
  absent.sort((a, b) => absentSince(a) - absentSince(b));
  for (const slot of absent.slice(0, excess)) forget(state, slot, now);
}

/** The parked leave before any that is present. */
const ABSENT_FIRST = 2 ** 52;
