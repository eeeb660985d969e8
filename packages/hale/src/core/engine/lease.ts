// The right to send one request to one instance, settled exactly once.
//
// It knows the tenant of the slot (generation), the circuit's epoch and the pick counter of its grant. So a slot is
// reusable at once and a straggler harms nobody: with another generation it touches nothing, with another epoch only what
// is in flight. A lease that is never settled holds its place in flight for ever; `using` or a finally block prevents that.

import type { BlameKey, FailOptions, FailureCause, ServiceInstance, SettleOptions } from '../model/index.ts';
import * as model from '../model/index.ts';
import { causeNumber } from '../model/index.ts';
import * as counters from './counters.ts';
import { durationGiven, hasLatency, hasMoment, numberGiven } from './given.ts';
import { isBlamed } from './key-fault.ts';
import { quickSucceed } from './quick-good.ts';
import { noteResponded, settle } from './settle.ts';
import { quiet } from './silence.ts';
import type { EngineState } from './state.ts';

// As constants of this module: see quick-pick.ts.
const GENERATION = model.GENERATION;
const SIDE = model.SIDE;
const EPOCH = model.EPOCH;
const HALF_WORDS = model.HALF_WORDS;
const PICK_COUNTER = counters.PICK_COUNTER;
const SAMPLE = counters.SAMPLE;
const SETTLED_AT = counters.SETTLED_AT;

/** How a lease was settled, as a number. */
export const GOOD = 0;
export const BAD_END = 1;
export const NO_EVIDENCE = 2;

export class Lease {
  readonly instance: ServiceInstance;
  /** The circuit is half-open and this request decides what comes next. */
  readonly trial: boolean;
  /** @internal */ readonly state: EngineState;
  /** @internal */ readonly slot: number;
  /** @internal */ readonly generation: number;
  /** @internal */ readonly epoch: number;
  /** @internal */ readonly pickNumber: number;
  /** @internal */ readonly cost: number;
  /** @internal The clock's ms at the grant: the one heap number beside the lease. */ readonly grantedAt: number;
  /** @internal */ isSettled = false;
  /** @internal The sample taken at the head or first token, in whole µs; -1 = none yet, 0 = no number. */ sampledUs =
    -1;
  /** @internal Nothing is awaited of it: see silence.ts. */ isQuiet = false;

  /** @internal Made by `pick`, after the trial place was taken. */
  constructor(state: EngineState, slot: number, cost: number, grantedAt: number) {
    const { ledger } = state;
    this.instance = state.given[slot];
    this.trial = state.isTrial;
    this.state = state;
    this.slot = slot;
    this.generation = ledger.side[slot * SIDE + GENERATION];
    this.epoch = ledger.u16[slot * HALF_WORDS + EPOCH];
    this.pickNumber = state.counts[PICK_COUNTER];
    this.cost = cost;
    this.grantedAt = grantedAt;
  }

  /** @internal Whose request it is, when somebody said. */
  get blameKey(): BlameKey | undefined {
    return undefined;
  }

  /**
   * Its key is blamed: such a failure counts against no instance, and is repeated within `retries.maxKills` only. A hash
   * while some key is blamed, so to be asked when an attempt has failed.
   */
  get isKeyBlamed(): boolean {
    return isBlamed(this.state, this.blameKey, this.state.readClock());
  }

  /** The head, or the first token, has arrived: the latency sample of a long answer. Optional, counted once. */
  responded(options?: SettleOptions): void {
    if (this.sampledUs >= 0 || this.isSettled) return;
    noteResponded(this.state, this, numberGiven(options?.latencyMs), this.state.at(options?.now));
  }

  /**
   * The client is still sending the body of its request: until `responded` or the settlement, that no answer comes is not the
   * instance's silence. Optional, for those who forward uploads.
   */
  uploading(options?: { readonly now?: number | undefined }): void {
    quiet(this.state, this, this.state.at(options?.now));
  }

  /** The instance did its work. */
  succeed(options?: SettleOptions): void {
    const { state } = this;
    const { times } = state;
    // Each number goes into the array on a path of its own, and not by `??`: what is chosen between two sources is put
    // into a heap object first.
    if (hasMoment(options)) times[SETTLED_AT] = options.now;
    else times[SETTLED_AT] = state.readClock();
    if (this.sampledUs >= 0) times[SAMPLE] = NaN;
    else if (hasLatency(options)) times[SAMPLE] = options.latencyMs;
    else times[SAMPLE] = times[SETTLED_AT] - this.grantedAt;
    if (!quickSucceed(state, this))
      settle(state, this, GOOD, 0, numberGiven(options?.latencyMs), undefined, times[SETTLED_AT]);
  }

  /** The instance failed. `overload` only pauses it. */
  fail(cause: FailureCause, options?: FailOptions): void {
    const { state } = this;
    settle(
      state,
      this,
      BAD_END,
      causeNumber(cause),
      durationGiven(options?.latencyMs),
      durationGiven(options?.retryAfterMs),
      state.at(options?.now),
    );
  }

  /** It says nothing about the instance: the client left, or asked for nonsense. */
  ignore(options?: SettleOptions): void {
    settle(this.state, this, NO_EVIDENCE, 0, undefined, undefined, this.state.at(options?.now));
  }

  /** Disposed unsettled = ignored. */
  [Symbol.dispose](): void {
    if (!this.isSettled) this.ignore();
  }
}

/** One whose caller has said whose request it is. A class of its own, so that the others are no larger for it. */
export class KeyedLease extends Lease {
  readonly #blameKey: BlameKey;

  /** @internal */
  constructor(state: EngineState, slot: number, cost: number, grantedAt: number, blameKey: BlameKey) {
    super(state, slot, cost, grantedAt);
    this.#blameKey = blameKey;
  }

  override get blameKey(): BlameKey {
    return this.#blameKey;
  }
}
