// What a service counts for its metrics, and how it reads the rest. Counting is an addition in a typed array; scores,
// circuits and what is in flight are stored nowhere a second time but read from the ledger when someone asks.

import type { InstrumentStore, InstrumentValue, Place, Reason } from '../model/index.ts';
import {
  BYTES,
  CIRCUIT,
  FAILURE_CAUSES,
  HALF_OPEN,
  INSTRUMENTS,
  IN_FLIGHT,
  OPEN,
  WORDS,
  reading,
} from '../model/index.ts';
import { isParked } from '../eligibility/index.ts';
import { scoreOf } from '../score/index.ts';
import {
  DOUBLE,
  EXCUSED,
  FAILED_CHECKS,
  GOOD_CHECKS,
  RECORDED_ON_OPEN,
  RESTORES,
  STALE,
  THROWN,
  UNKNOWN,
} from './counters.ts';
import { isEligible } from './listing.ts';
import type { EngineState } from './state.ts';

/** Places of the `outcome` label, in this order. */
export const SUCCESS_PLACE = 0;
export const IGNORED_PLACE = 1;
/** Plus the number of the cause. */
export const CAUSE_PLACE = 2;
const OUTCOMES: readonly string[] = ['success', 'ignored', ...FAILURE_CAUSES];

const TRIP_REASONS: readonly Reason[] = ['suspicion', 'run', 'checks', 'trial'];
const BUCKETS_MS: readonly number[] = (INSTRUMENTS.hale_request_duration_seconds.buckets ?? []).map(
  (seconds) => seconds * 1000,
);

export class ServiceInstruments {
  readonly store: InstrumentStore;
  readonly #service: string;
  readonly #durations: Place;
  readonly #trips: Place;

  constructor(store: InstrumentStore, service: string) {
    this.store = store;
    this.#service = service;
    this.#durations = store.openHistogram('hale_request_duration_seconds', { service });
    this.#trips = store.open('hale_trips_total', { service }, { label: 'reason', values: TRIP_REASONS });
  }

  /** Opens the counters of an instance; `close` when it is forgotten. */
  open(instance: string): Place {
    return this.store.open(
      'hale_requests_total',
      { service: this.#service, instance },
      { label: 'outcome', values: OUTCOMES },
    );
  }

  close(place: Place): void {
    this.store.close(place);
  }

  /** One settled request. */
  settled(place: Place, outcome: number): void {
    this.store.add(place + outcome);
  }

  /** Its time from grant to end. The buckets are few: a walk is quicker than a search. */
  took(ms: number): void {
    if (!(ms >= 0)) return;
    let bucket = 0;
    while (bucket < BUCKETS_MS.length && ms > BUCKETS_MS[bucket]) bucket++;
    this.store.add(this.#durations + bucket);
    this.store.add(this.#durations + BUCKETS_MS.length + 1, ms * 0.001);
  }

  tripped(reason: Reason): void {
    this.store.add(this.#trips + Math.max(0, TRIP_REASONS.indexOf(reason)));
  }
}

/** The readings of one service; `mostInstances` bounds the series that carry an instance. */
export function readings(state: EngineState, now: number, mostInstances: number): InstrumentValue[] {
  const { name: service, counters, ledger } = state;
  const values: InstrumentValue[] = [];
  let eligible = 0;
  let listed = 0;
  for (const slot of state.slots.values()) {
    if (isParked(ledger, slot)) continue;
    eligible += Number(isEligible(state, slot, now, false));
    if (listed++ >= mostInstances) continue;
    const labels = { service, instance: state.records[slot].id };
    const circuit = ledger.u8[slot * BYTES + CIRCUIT];
    values.push(
      reading('hale_instance_score', labels, scoreOf(ledger, state.fleet, slot, now, state.settings, state.tuning)),
      reading('hale_instance_circuit', labels, circuit === OPEN ? 2 : circuit === HALF_OPEN ? 1 : 0),
      reading('hale_instance_in_flight', labels, ledger.i32[slot * WORDS + IN_FLIGHT]),
    );
  }
  values.push(
    reading('hale_eligible_instances', { service }, eligible),
    reading('hale_panic', { service }, Number(state.isPanicking)),
    reading('hale_restores_total', { service }, counters[RESTORES]),
    reading('hale_excused_total', { service }, counters[EXCUSED]),
    reading('hale_checks_total', { service, result: 'passed' }, counters[GOOD_CHECKS]),
    reading('hale_checks_total', { service, result: 'failed' }, counters[FAILED_CHECKS]),
  );
  for (const [reason, column] of [
    ['unknown', UNKNOWN],
    ['double', DOUBLE],
    ['stale', STALE],
    ['open', RECORDED_ON_OPEN],
    ['thrown', THROWN],
  ] as const) {
    values.push(reading('hale_ignored_total', { service, reason }, counters[column]));
  }
  return values;
}
