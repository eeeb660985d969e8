// Every option that changes a decision, in one table: the only source. The library validates from it; the server's
// schema, the JSON Schema, the documentation and `hale check` are derived from it, so they cannot disagree.

export type PresetName = 'specification' | 'serving' | 'providers';
export const PRESETS: readonly PresetName[] = ['specification', 'serving', 'providers'];

export type KnobKind = 'duration' | 'ratio' | 'count' | 'number' | 'boolean' | 'choice';
export type KnobValue = number | boolean | string;

export interface Knob {
  /** Dotted path in the library's options. */
  readonly key: string;
  readonly kind: KnobKind;
  /** Durations in milliseconds. Both ends are allowed unless `open`. */
  readonly min: number;
  readonly max: number;
  /** Both ends are excluded. */
  readonly open?: true;
  readonly choices?: readonly string[];
  /** Default of each preset; one value when all three agree. Durations in milliseconds. */
  readonly defaults: KnobValue | Readonly<Record<PresetName, KnobValue>>;
  /** What it is, in one sentence. */
  readonly doc: string;
  /** What the lower and the upper extreme do. */
  readonly low: string;
  readonly high: string;
  /** The specification counts this one in seconds: a bare number below 1000 is refused. */
  readonly window?: true;
}

const SECOND = 1000;
const DAY = 86_400_000;
/** Times are 32-bit milliseconds, right for 24 days; with four doublings a window must stay below that. */
const LONGEST_WINDOW = 4 * DAY;

const duration = (
  key: string,
  defaults: Knob['defaults'],
  doc: string,
  low: string,
  high: string,
  bounds: { min?: number; max?: number; window?: true } = {},
): Knob => ({ key, kind: 'duration', min: bounds.min ?? 0, max: bounds.max ?? LONGEST_WINDOW, defaults, doc, low, high, window: true });

const rule = (name: string, doc: string): Knob => ({
  key: `rules.${name}`,
  kind: 'choice',
  min: 0,
  max: 0,
  choices: ['enforce', 'observe'],
  defaults: 'enforce',
  doc,
  low: 'observe: the rule reports what it would do and moves nothing',
  high: 'enforce: the engine enacts the verdict',
});

export const KNOBS: readonly Knob[] = [
  // The specification's six
  duration('checkInterval', { specification: 30 * SECOND, serving: 5 * SECOND, providers: 5 * SECOND }, 'Time between two active checks of one instance.', 'checks load the fleet and flap', 'recovery that only checks can start is late', { min: 10 }),
  { key: 'healthThreshold', kind: 'ratio', min: 0, max: 1, open: true, defaults: 0.5, doc: 'Lowest score with which an instance is picked.', low: 'only the circuit takes an instance out', high: 'one failure on a cold instance takes it out' },
  { key: 'recoveryThreshold', kind: 'ratio', min: 0, max: 1, open: true, defaults: 0.8, doc: 'Score s/(s+1) of s good trials that restores a half-open circuit.', low: '0.6: restored after two trials', high: '0.9: restored after nine trials' },
  { key: 'circuitBreakThreshold', kind: 'count', min: 1, max: 200, defaults: 5, doc: 'Clean failures that open a circuit (T).', low: '3: one false trip per 200 000 outcomes at a 5 % baseline', high: '10: the price carries a failing instance for longer' },
  duration('recoveryWindow', { specification: 300 * SECOND, serving: 10 * SECOND, providers: 10 * SECOND }, 'Wait before a blind trial; doubles on each relapse.', 'traffic that cannot be replayed pays for more trials', 'a healed instance idles when neither a check nor a replayable request can vouch for it', { min: 1 }),
  { key: 'minHealthyInstances', kind: 'count', min: 0, max: 1_000_000, defaults: 1, doc: 'Fewest eligible instances before whenTooFewHealthy applies.', low: '0: never refuses while anyone is eligible', high: 'as many as instances: any trip is panic or refusal' },
  // What happens at the edges
  { key: 'whenTooFewHealthy', kind: 'choice', min: 0, max: 0, choices: ['refuse', 'panic'], defaults: { specification: 'refuse', serving: 'panic', providers: 'panic' }, doc: 'With fewer eligible instances than the minimum: answer none, or disregard health.', low: 'refuse: nothing is sent to instances believed sick', high: 'panic: the least bad instance is tried' },
  { key: 'ejectionCap', kind: 'ratio', min: 0, max: 1, defaults: { specification: 1, serving: 0.5, providers: 0.5 }, doc: 'Largest share of a service that traffic evidence may hold out at once.', low: '0.2: with most of the fleet bad, bad instances stay in', high: '1: a total outage opens all' },
  { key: 'runFactor', kind: 'number', min: 1, max: 50, defaults: { specification: 1, serving: 4, providers: 4 }, doc: 'Failures in a row, as a multiple of circuitBreakThreshold, that open a circuit whatever the fleet does.', low: '1: five failures that everybody shows open everybody', high: '50: a fleet-wide fault opens nobody' },
  // Recovery
  duration('maxRecoveryWindow', 0, 'Longest recovery window after relapses; 0 means four recovery windows.', 'a relapsing instance is tried often', 'a healed instance that relapsed often is back late'),
  { key: 'jitter', kind: 'ratio', min: 0, max: 1, defaults: 0.2, doc: 'Waits are stretched by up to this share, so that replicas do not try at once.', low: '0: all replicas try at the same moment', high: '1: waits up to twice as long' },
  duration('trialTimeout', 30 * SECOND, 'After this time an unanswered trial gives its place back.', 'slow answers of a healed instance are thrown away', 'a lost trial blocks recovery', { min: 1 }),
  duration('slowStart', 2 * SECOND, 'Time in which the trust of a restored or new instance doubles, beginning at 0.1; 0 is full share at once.', 'a cold instance is flooded', 'capacity returns late', { max: 3_600_000 }),
  { key: 'prediction', kind: 'choice', min: 0, max: 0, choices: ['off', 'report', 'act'], defaults: 'report', doc: 'Forecast of the score from its trend.', low: 'off: no forecast', high: 'act: an instance that is forecast to fail gets less new work early' },
  { key: 'adaptiveThreshold', kind: 'boolean', min: 0, max: 1, defaults: true, doc: 'Judge an instance against the rest of its fleet.', low: 'false: a fault that everybody shows is held against everybody', high: 'true: what everybody shows is nobody\'s' },
  // Tiers and zones
  { key: 'overflow', kind: 'number', min: 1, max: 10, defaults: 1.4, doc: 'A tier keeps a request with probability min(1, overflow x its healthy share).', low: '1: every lost instance sends its share to the next tier', high: '10: a tier keeps all until 9 of 10 are gone' },
  duration('failbackDelay', 0, 'How long a tier must be fit again before traffic returns to it.', '0: returns at once, cold caches and flapping included', 'the preferred tier idles', { max: 86_400_000 }),
  // Checks
  { key: 'check.when', kind: 'choice', min: 0, max: 0, choices: ['always', 'out'], defaults: { specification: 'always', serving: 'always', providers: 'out' }, doc: 'Which instances are checked.', low: 'out: only those whose circuit is not closed', high: 'always: all of them' },
  duration('check.timeout', 1 * SECOND, 'Time for one check.', 'slow but sound instances fail', 'a black hole occupies a checker for long', { min: 1, max: 600_000 }),
  { key: 'check.rise', kind: 'count', min: 1, max: 15, defaults: 2, doc: 'Good checks in a row that start trials.', low: '1: faster, a flapping endpoint decides', high: '3 and more: later' },
  { key: 'check.fall', kind: 'count', min: 1, max: 15, defaults: 2, doc: 'Failed checks in a row that open a circuit.', low: '1: one lost probe removes an instance', high: 'a dead instance without traffic is found late' },
  { key: 'check.concurrency', kind: 'count', min: 1, max: 1000, defaults: 16, doc: 'Checks under way at once in a service.', low: 'checks of a large fleet are late', high: 'a burst of connections' },
  // Overload
  duration('maxRetryAfter', 300 * SECOND, 'Longest pause that an instance can ask for by Retry-After.', 'an instance that asked for rest is asked again', 'an instance parks itself for long', { max: 86_400_000 }),
  { key: 'limits.maxInFlight', kind: 'count', min: 1, max: 1_000_000, defaults: 10_000, doc: 'Requests of one service in flight at once.', low: 'refuses while there is room', high: 'memory grows with the queue of a slow fleet' },
  { key: 'limits.maxInFlightPerInstance', kind: 'count', min: 1, max: 1_000_000, defaults: 1000, doc: 'Requests of one instance in flight at once.', low: 'refuses while there is room', high: 'one instance can take everything' },
  { key: 'limits.overload', kind: 'choice', min: 0, max: 0, choices: ['off', 'shed'], defaults: 'off', doc: 'Whether the limit per instance adapts to latency (shed) or stands (off).', low: 'off: an overloaded fleet queues up to the time-outs', high: 'shed: what exceeds the fleet is answered 503 at once' },
  // Retries
  { key: 'retries.max', kind: 'count', min: 0, max: 10, defaults: { specification: 0, serving: 1, providers: 1 }, doc: 'Further attempts after the first.', low: '0: the first failure is the caller\'s', high: 'load multiplies in an outage, up to the budget' },
  { key: 'retries.budget', kind: 'ratio', min: 0, max: 1, defaults: 0.2, doc: 'Retries as a share of requests.', low: '0: only minPerSecond retries', high: '1: an outage doubles the load' },
  { key: 'retries.minPerSecond', kind: 'number', min: 0, max: 100_000, defaults: 10, doc: 'Retries a second that are always allowed, so that small traffic can retry.', low: '0: the first requests of a quiet service cannot retry', high: 'the budget means nothing' },
  { key: 'retries.maxKills', kind: 'count', min: 1, max: 10, defaults: 2, doc: 'A request after which this many instances broke is not tried on another.', low: '1: never retried after a broken connection', high: 'a poison request visits the whole fleet' },
  duration('maxWait', 0, 'How long run() may wait for the first instance to return when none may be picked.', '0: fails at once', 'callers queue behind an outage', { max: 3_600_000 }),
  // Bounds
  duration('forgetAfter', 600 * SECOND, 'How long an absent instance is remembered.', 'flapping discovery launders a circuit', 'memory holds instances that never return', { min: 0 }),
  { key: 'maxServices', kind: 'count', min: 1, max: 1_000_000, defaults: 1000, doc: 'Services of one balancer.', low: 'a new name is refused', high: 'names taken from requests can fill the memory' },
  { key: 'maxInstances', kind: 'count', min: 1, max: 16_000_000, defaults: 100_000, doc: 'Instances of one service, remembered ones included.', low: 'a larger list is refused', high: 'a runaway discovery can fill the memory' },
  // Rules
  rule('suspicion', 'The sequential test against the fleet may open a circuit.'),
  rule('run', 'A run of failures may open a circuit.'),
  rule('checks', 'Failed checks may open a circuit.'),
  rule('threshold', 'A score below healthThreshold takes an instance out.'),
  rule('overload', 'A 429 or a 503 with Retry-After pauses an instance.'),
];

/** The default of a knob under a preset. */
export function defaultOf(knob: Knob, preset: PresetName): KnobValue {
  return typeof knob.defaults === 'object' ? knob.defaults[preset] : knob.defaults;
}
