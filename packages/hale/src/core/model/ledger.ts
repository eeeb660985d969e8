// The ledger: what is known of every instance, as numbers, 64 bytes each.
//
// Why not an object per instance: an engine that looks at three random instances per request pays mostly for cache
// misses. One record is one or two cache lines; a million of them are 64 MB, and none is seen by the garbage collector.
//
// Records lie side by side in one buffer and are addressed by a slot number. Several typed arrays view the same buffer:
// column X of slot s is `view[s * STRIDE + X]`, with the stride of that view. Each column is written by one folder only
// (its owner); everyone may read. Growing replaces the views, so nobody keeps one across a call that may grow.
//
// Times are the low 32 bits of milliseconds, compared as `(now - t) | 0`, which is right for differences up to 24 days.

/** Words (4 bytes) in a record: the stride of the f32, i32 and u32 views. */
export const WORDS = 16;

// Float32 columns (index in words)                            unit, range                          owner
/** F: faded count of bad outcomes. */ // >= 0                                 observe
export const BAD = 0;
/** N: faded count of all outcomes. */ // >= 0                                 observe
export const ALL = 1;
/** S: suspicion, in clean failures; trips at T. */ // [0, T]                               observe
export const SUSPICION = 2;
/** L: latency of good outcomes, 0 = no sample yet. */ // ms, [.05, 1e7]                       observe
export const LATENCY = 3;
/** trust x weight / the largest weight of its tier. */ // [0, 1]                               recovery
export const SHARE = 4;
/** 1 / weight. */ // > 0                                  eligibility
export const INVERSE_WEIGHT = 5;
/** K: the fleet clock at the last update of F and N. */ // [-inf, 1024 + small]                 observe
export const FLEET_TIME = 6;

// Int32 columns (index in words)
/** When LATENCY was last updated. */ // ms                                   observe
export const LATENCY_AT = 7;
/** Last settle, `responded`, or the grant that ended idleness. */ // ms                            engine
export const PROGRESS_AT = 8;
/** When the last failure was counted. */ // ms                                   observe
export const BURST_AT = 9;
/** Open: no pick before this, but for early trials. */ // ms                                   recovery
export const REFUSE_UNTIL = 10;
/** In flight: cost of leases granted and not settled. */ // >= 0                                 engine
export const IN_FLIGHT = 11;
/** Open: earliest replayable trial. Closed: when trust last grew. */ // ms                         recovery
export const SAFE_AT = 13;
export const TRUST_AT = 13;
/** Half-open: when the trial in flight was granted. */ // ms                                          circuit
export const TRIAL_AT = 13;
/** Position in its list of the roster. */ // >= 0, -1 in none                     eligibility
export const POSITION = 15;

/** Uint16 columns: stride 32. */
export const HALF_WORDS = 32;
/** Counts this circuit's transitions, modulo 65536. */ //                                      circuit
export const EPOCH = 24;

/** Uint8 columns: stride 64. */
export const BYTES = 64;
/** Consecutive relapses, saturating: the exponent of the backoff. */ //                            recovery
export const LEVEL = 50;
/** Failures in a row, saturating at 255. */ //                                      observe
export const RUN = 51;
/** CLOSED, HALF_OPEN or OPEN. */ //                                      circuit
export const CIRCUIT = 56;
/** READY, DRAIN or MAINTENANCE. */ //                                      engine
export const MODE = 57;
/** Bits, below. */ //                                      by bit
export const FLAGS = 58;
/** Trials in flight (low 4 bits), good trials (high 4). */ //                                      circuit
export const TRIALS = 59;

// Bits of FLAGS
/** A check failed during this fault: checks may start trials. */
export const CHECKS_FAILED = 1;
/** Half-open before refuseUntil: trials by replayable requests only. */
export const SAFE_ONLY = 2;
/** An operator forced the circuit; no evidence, window or check moves it. */
export const FORCED = 4;
/** Its last check failed. */
export const LAST_CHECK_FAILED = 8;
/** A trial granted by selectInstance is out: the next record for this id settles it. */
export const LOOSE_TRIAL = 16;
/** A fact `spared` was given in this epoch. */
export const SPARED = 32;
/** Trust is below 1 and grows with time: read SHARE through recovery/trust. */
export const GROWING = 64;
/** In the dense list of its group: closed, healthy, ready, not paused. */
export const LISTED = 128;

// Four bytes at a time, for the question that every good outcome asks. Written as bytes, so that any byte order will do.
/** Word of CIRCUIT, MODE, FLAGS and TRIALS. */
export const STATE_WORD = 14;
/** That word of an instance that is closed, ready and listed, and nothing else. */
export const CALM_STATE: number = new Int32Array(new Uint8Array([0, 0, LISTED, 0]).buffer)[0];
/** Word of EPOCH, LEVEL and RUN. */
export const PROBATION_WORD = 12;
/** LEVEL and RUN in it. */
export const PROBATION_MASK: number = new Int32Array(new Uint8Array([0, 0, 255, 255]).buffer)[0];

/** The side columns that stand together: stride 5. */
export const SIDE = 5;
/** Which tenant of the slot a lease was granted to. */
export const GENERATION = 0;
/** Where its counters begin in the service's instruments. */
export const SERIES = 1;
/** Asked for patience until then; paused only while the step is above 0. */
export const PAUSED_UNTIL = 2;
/** Of what is in flight, the cost of what nothing is awaited of: its head has come, or the client is still speaking. */
export const QUIET = 3;
/** When the forecast last took a sample. */
export const SAMPLED_AT = 4;

export class Ledger {
  f32!: Float32Array;
  i32!: Int32Array;
  u16!: Uint16Array;
  u8!: Uint8Array;

  // Side columns: what the choice among closed instances does not read. 32 bytes an instance.
  /** GENERATION, SERIES, PAUSED_UNTIL, QUIET and SAMPLED_AT: a settlement reads them together, which is one miss, not five. */
  side: Int32Array = new Int32Array(0);
  /** The service's pick counter when the last failure was counted. */
  burstPick: Int32Array = new Int32Array(0);
  /** How much of SUSPICION came from checks. */
  checkSuspicion: Float32Array = new Float32Array(0);
  /** Good checks in a row (low 4 bits), failed checks in a row (high 4). */
  riseFall: Uint8Array = new Uint8Array(0);
  /** 0 = not paused; otherwise 1 + doublings of the default pause. */
  pauseStep: Uint8Array = new Uint8Array(0);
  /** Index of its group (tier and zone) in the roster. */
  group: Uint16Array = new Uint16Array(0);

  #capacity = 0;
  #used = 0;
  #free: number[] = [];

  constructor() {
    this.#grow(8);
  }

  /** Slots handed out so far, free ones included: every slot is below this. */
  get used(): number {
    return this.#used;
  }

  get bytesPerInstance(): number {
    return BYTES + 4 * SIDE + 4 + 4 + 1 + 1 + 2;
  }

  /** A zeroed record, its generation advanced. May grow the buffer: re-read the views. */
  take(): number {
    const slot = this.#free.pop() ?? this.#used++;
    if (slot >= this.#capacity) this.#grow(this.#capacity * 2);
    this.f32.fill(0, slot * WORDS, (slot + 1) * WORDS);
    this.i32[slot * WORDS + POSITION] = -1;
    const side = slot * SIDE;
    this.side[side + GENERATION]++;
    this.side.fill(0, side + SERIES, side + SIDE);
    this.burstPick[slot] = 0;
    this.checkSuspicion[slot] = 0;
    this.riseFall[slot] = 0;
    this.pauseStep[slot] = 0;
    this.group[slot] = 0;
    return slot;
  }

  /** Gives the slot back. Leases of its tenant find another generation, and touch nothing. */
  free(slot: number): void {
    this.side[slot * SIDE + GENERATION]++;
    this.#free.push(slot);
  }

  #grow(capacity: number): void {
    const buffer = new ArrayBuffer(capacity * BYTES);
    const bytes = new Uint8Array(buffer);
    if (this.#capacity > 0) bytes.set(this.u8);
    this.u8 = bytes;
    this.f32 = new Float32Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.side = enlarged(this.side, new Int32Array(capacity * SIDE));
    this.burstPick = enlarged(this.burstPick, new Int32Array(capacity));
    this.checkSuspicion = enlarged(this.checkSuspicion, new Float32Array(capacity));
    this.riseFall = enlarged(this.riseFall, new Uint8Array(capacity));
    this.pauseStep = enlarged(this.pauseStep, new Uint8Array(capacity));
    this.group = enlarged(this.group, new Uint16Array(capacity));
    this.#capacity = capacity;
  }
}

function enlarged<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
