// Every instrument that hale has, in one table: the metrics' names are a contract with dashboards and alerts.
//
// Names and units are Prometheus's (base units, `_total` for counters), since every other system converts from them. A
// value is plain data: the text format, OpenTelemetry and the admin view are three renderings of one list.

export type InstrumentKind = 'counter' | 'gauge' | 'histogram';

export interface Instrument {
  readonly kind: InstrumentKind;
  /** The label names, in the order in which they are written. */
  readonly labels: readonly string[];
  /** One sentence, with the unit. */
  readonly doc: string;
  /** Histograms: upper bounds of the buckets, rising; what lies above the last is counted in `count` alone. */
  readonly buckets?: readonly number[];
}

export type InstrumentName =
  | 'hale_requests_total'
  | 'hale_request_duration_seconds'
  | 'hale_instance_score'
  | 'hale_instance_circuit'
  | 'hale_instance_in_flight'
  | 'hale_eligible_instances'
  | 'hale_panic'
  | 'hale_trips_total'
  | 'hale_restores_total'
  | 'hale_retries_total'
  | 'hale_retry_budget_remaining'
  | 'hale_excused_total'
  | 'hale_checks_total'
  | 'hale_connections'
  | 'hale_proxy_errors_total'
  | 'hale_ignored_total';

/** Seconds; about 2.5 times from one to the next. A median of 1 ms and a time-out of 30 s both fall inside. */
const DURATION_BUCKETS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

export const INSTRUMENTS: Readonly<Record<InstrumentName, Instrument>> = {
  hale_requests_total: {
    kind: 'counter',
    labels: ['service', 'instance', 'outcome'],
    doc: 'Requests settled, by outcome: success, ignored or the cause of the failure.',
  },
  hale_request_duration_seconds: {
    kind: 'histogram',
    labels: ['service'],
    doc: 'Time from the grant of a lease to its settlement, in seconds.',
    buckets: DURATION_BUCKETS,
  },
  hale_instance_score: {
    kind: 'gauge',
    labels: ['service', 'instance'],
    doc: 'Score of an instance from 0 to 1; 1 is best.',
  },
  hale_instance_circuit: {
    kind: 'gauge',
    labels: ['service', 'instance'],
    doc: 'Circuit of an instance: 0 closed, 1 half-open, 2 open.',
  },
  hale_instance_in_flight: {
    kind: 'gauge',
    labels: ['service', 'instance'],
    doc: 'Leases of an instance that are granted and not settled, in units of cost.',
  },
  hale_eligible_instances: { kind: 'gauge', labels: ['service'], doc: 'Instances that may be picked now.' },
  hale_panic: {
    kind: 'gauge',
    labels: ['service'],
    doc: 'Whether health is disregarded because too few instances are eligible: 0 or 1.',
  },
  hale_trips_total: { kind: 'counter', labels: ['service', 'reason'], doc: 'Circuits opened, by reason.' },
  hale_restores_total: { kind: 'counter', labels: ['service'], doc: 'Circuits closed after their trials.' },
  hale_retries_total: {
    kind: 'counter',
    labels: ['service', 'result'],
    doc: 'Retries asked for, by what was answered: allowed, or what stood in the way.',
  },
  hale_retry_budget_remaining: { kind: 'gauge', labels: ['service'], doc: 'Retries that the budget allows now.' },
  hale_excused_total: {
    kind: 'counter',
    labels: ['service'],
    doc: "Failures that count against no instance, since they follow their request's key from one to another.",
  },
  hale_checks_total: {
    kind: 'counter',
    labels: ['service', 'result'],
    doc: 'Active checks, by result: passed or failed.',
  },
  hale_connections: {
    kind: 'gauge',
    labels: ['side'],
    doc: 'Open connections of the proxy: downstream to clients, upstream to instances.',
  },
  hale_proxy_errors_total: {
    kind: 'counter',
    labels: ['code'],
    doc: 'Answers that the proxy gave by itself, by code.',
  },
  hale_ignored_total: {
    kind: 'counter',
    labels: ['service', 'reason'],
    doc: 'Input that was ignored: outcomes of unknown instances, second settlements, stale leases, what listeners threw.',
  },
};

export type Labels = Readonly<Record<string, string>>;

interface ValueBase {
  readonly name: string;
  readonly doc: string;
  readonly labels: Labels;
}

/** One series with its value, as plain data that JSON can hold. */
export type InstrumentValue =
  | (ValueBase & { readonly kind: 'counter' | 'gauge'; readonly value: number })
  | (ValueBase & {
      readonly kind: 'histogram';
      /** How many observations were at most `upTo`: cumulative, rising with `upTo`. */
      readonly buckets: readonly { readonly upTo: number; readonly count: number }[];
      readonly sum: number;
      readonly count: number;
    });

/** A value that is computed when it is read, such as a score: nothing needs to be stored for it. */
export function reading(name: InstrumentName, labels: Labels, value: number): InstrumentValue {
  const { kind, doc } = INSTRUMENTS[name];
  return { name, kind: kind === 'counter' ? 'counter' : 'gauge', doc, labels, value };
}
