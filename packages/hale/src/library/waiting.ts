// Runs that wait for an instance (`maxWait`): first come, first served, with one timer for all of them.
//
// The obvious way, a loop of naps in each run, asks for everybody what one could ask for all: 500 that wait over 1000
// instances saturate a core, and whoever happens to wake first goes first. Here the queue wakes as one, looks once, and
// serves in order while picks succeed. What wakes it is
//   - a fact after which a pick may succeed: somebody joined, returned, was restored, is on trial, or was overridden;
//   - a run that has ended, and left its place;
//   - the time at which a window or a pause ends, and a nap of at most 50 ms for what no fact tells (a lease that ended).
//
// Where it fails: picks of others are not in the queue, and may take what it waits for.

import type { FactLog, Lease } from '../core/engine/index.ts';
import type { Clock } from '../core/kernel/index.ts';
import type { Fact, PickOptions, Settings } from '../core/model/index.ts';
import { HaleError, NoInstanceError } from '../core/model/index.ts';

/** What is asked of the service. */
export interface Door {
  readonly name: string;
  readonly settings: Settings;
  now(): number;
  pick(wish: PickOptions): Lease | undefined;
  nextChangeInMs(): number | undefined;
  /** Why the last pick answered undefined. */
  noInstance(): NoInstanceError;
}

/** The shortest wait between two looks that no fact has asked for: 100 a second are a hundredth of a core. */
const SHORTEST_NAP_MS = 10;
const LONGEST_NAP_MS = 50;
/** Of those whose wishes differ (ids excluded, costs) so many may be refused in one look, or it would be a look for each. */
const MOST_REFUSED = 8;
/** Behind those who were refused so many are gone through for one of another kind: a look costs the same in any queue. */
const MOST_PASSED_OVER = 256;

const WAKING: ReadonlySet<Fact['type']> = new Set<Fact['type']>([
  'joined',
  'returned',
  'restored',
  'admitted',
  'tried',
  'overridden',
]);

export class WaitingRuns {
  readonly #door: Door;
  readonly #clock: Clock;
  readonly #facts: FactLog;
  readonly #queue = new Set<Waiter>();
  #plain = 0;
  /** All naps so far, in ms, and the one under way (0 = none): on a clock that stands still, the only time there is. */
  #nappedMs = 0;
  #napMs = 0;
  #cancelNap: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;
  #isWakeAsked = false;
  #isLooking = false;
  #isClosed = false;

  constructor(door: Door, clock: Clock, facts: FactLog) {
    this.#door = door;
    this.#clock = clock;
    this.#facts = facts;
  }

  /** Who comes while others wait for just anybody must queue behind them, and not pick for itself. */
  get isAwaited(): boolean {
    return this.#plain > 0;
  }

  /**
   * A lease, as soon as there is one; undefined when this run may not wait. Rejects with `NoInstanceError` after
   * `maxWait`, with the signal's reason when it fires, and with `HALE_CLOSED`.
   */
  wait(wish: PickOptions, signal: AbortSignal | undefined): Promise<Lease> | undefined {
    const { maxWait, limits } = this.#door.settings;
    if (maxWait === 0 || this.#isClosed) return undefined;
    // Those who wait are in flight in all but name, and bounded like them.
    if (this.#queue.size >= limits.maxInFlight) return undefined;
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const waiter: Waiter = {
        wish: { ...wish, now: undefined },
        isPlain: wish.exclude === undefined && (wish.cost === undefined || wish.cost === 1),
        until: this.#door.now() + maxWait,
        // The nap under way began before it came.
        napsUntil: this.#nappedMs + this.#napMs + maxWait,
        resolve,
        reject,
        signal,
        onAbort: () => {
          this.#leave(waiter);
          reject(signal?.reason);
        },
      };
      signal?.addEventListener('abort', waiter.onAbort, { once: true });
      this.#queue.add(waiter);
      if (waiter.isPlain) this.#plain++;
      this.#unsubscribe ??= this.#facts.subscribe((fact) => this.#onFact(fact));
      // No look: its own pick has failed a moment ago, or it stands behind others whose time will come.
      this.#nap();
    });
  }

  /** A request has ended: its place may be somebody's. */
  noteEnded(): void {
    if (this.#queue.size > 0) this.#wakeSoon();
  }

  /** Rejects all who wait, with `HALE_CLOSED`, and lets nobody wait any longer. */
  close(): void {
    this.#isClosed = true;
    this.#rejectAll(() => new HaleError('HALE_CLOSED', 'the balancer was closed'));
  }

  #onFact(fact: Fact): void {
    if (fact.service === this.#door.name && WAKING.has(fact.type)) this.#wakeSoon();
  }

  // After the door that is at work: an update of a thousand instances tells a thousand facts, and is one reason to look.
  #wakeSoon(): void {
    if (this.#isWakeAsked) return;
    this.#isWakeAsked = true;
    queueMicrotask(() => {
      this.#isWakeAsked = false;
      this.#look();
    });
  }

  #look(): void {
    // A pick calls listeners and strategies, and those may call anything.
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#serve();
    this.#expire();
    this.#isLooking = false;
    this.#nap();
  }

  // In order, while picks succeed. Nobody is asked for whose like was refused in this look: those without a wish of their
  // own are alike, but for requests that can be sent again, which may be let in where others are not.
  #serve(): void {
    let isHopeless = false;
    let isHopelessForAll = false;
    let refused = 0;
    let passedOver = 0;
    for (const waiter of this.#queue) {
      const { wish, isPlain } = waiter;
      if (isPlain ? isHopelessForAll || (isHopeless && wish.replayable !== true) : refused >= MOST_REFUSED) {
        if (++passedOver === MOST_PASSED_OVER) return;
        continue;
      }
      const lease = this.#door.pick(wish);
      if (lease !== undefined) {
        // What the pick told may have moved its caller to leave.
        if (this.#leave(waiter)) waiter.resolve(lease);
        else lease.ignore();
      } else if (!isPlain) {
        refused++;
      } else {
        isHopeless = true;
        isHopelessForAll = wish.replayable === true;
      }
    }
  }

  // All wait equally long, so those who came first are over first. What an error tells is asked once for all of them.
  #expire(): void {
    const now = this.#door.now();
    let found: NoInstanceError | undefined;
    for (const waiter of this.#queue) {
      if (now < waiter.until && this.#nappedMs < waiter.napsUntil) return;
      found ??= this.#door.noInstance();
      this.#leave(waiter);
      waiter.reject(new NoInstanceError(found.service, found.reasons, found.retryAfterMs));
    }
  }

  #nap(): void {
    const [first] = this.#queue;
    if (first === undefined || this.#napMs > 0) return;
    const soonMs = this.#door.nextChangeInMs() ?? LONGEST_NAP_MS;
    const leftMs = first.until - this.#door.now();
    this.#napMs = Math.max(1, Math.min(leftMs, LONGEST_NAP_MS, Math.max(SHORTEST_NAP_MS, soonMs)));
    try {
      // Not in the background: a caller awaits it.
      this.#cancelNap = this.#clock.schedule(this.#napMs, () => this.#wakeUp());
    } catch (error) {
      // From a timer it would end the process.
      this.#rejectAll(() => error);
    }
  }

  #wakeUp(): void {
    // A clock that cannot cancel.
    if (this.#napMs === 0) return;
    this.#nappedMs += this.#napMs;
    this.#napMs = 0;
    this.#look();
  }

  // False when it had left before.
  #leave(waiter: Waiter): boolean {
    if (!this.#queue.delete(waiter)) return false;
    if (waiter.isPlain) this.#plain--;
    waiter.signal?.removeEventListener('abort', waiter.onAbort);
    if (this.#queue.size === 0) this.#rest();
    return true;
  }

  #rest(): void {
    this.#cancelNap?.();
    this.#cancelNap = undefined;
    this.#napMs = 0;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  #rejectAll(why: () => unknown): void {
    for (const waiter of this.#queue) {
      this.#leave(waiter);
      waiter.reject(why());
    }
  }
}

interface Waiter {
  readonly wish: PickOptions;
  /** Anybody will do: nobody is excluded, and it costs what an ordinary request does. */
  readonly isPlain: boolean;
  /** When it is over: on the clock, and by naps. */
  readonly until: number;
  readonly napsUntil: number;
  readonly resolve: (lease: Lease) => void;
  readonly reject: (reason: unknown) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}
