// How many requests a second each instance takes on, learned from its refusals.
//
// An instance with a limit of its own answers 429 to what is more, and must then be left alone for as long as it wishes, a
// second as a rule. Where load is near such limits that is a cascade: chance brings one above its own, its load goes to the
// others, they meet theirs. Whoever knows the limit sends what is more elsewhere *before* anybody is asked, and nobody has
// to pause. Only refusals tell it: what an instance had taken on within the second before one is what it takes.
//
//   - Counted are grants, since limits are counted where requests arrive: long answers blur nothing. A refused grant is
//     taken out again. What counts is the second before the refused one was *sent*: over a long line many more are under
//     way when its refusal arrives, and those say nothing; but one sent before it, and refused as well, corrects it.
//   - The limit comes down to what was taken on, never up to it: an instance that was asked too much because all were full
//     confirms what is known.
//   - It grows, by one or by 2 %, only when it is in the way: after 10 s, each refusal doubles that up to 5 min, since a
//     probe that fails costs a pause. After ten minutes without a refusal it is forgotten.
//
// It is an estimate, so it only prefers: when nobody is below theirs, a pick is made as if there were none. Where it fails:
// what is limited over a minute shows within a second as whatever rate came just then, so the engine lets only those
// refusals teach that wish for a second or two. A bucket of tokens takes on more than it refills at first; the limit comes
// down to it by one or two with each refusal. A limit shared with other callers is learned as one's own part of it.
//
// 240 bytes an instance, made at a service's first such refusal, dropped when nothing is known any more. Times are doubles:
// no end of 32 bits, no sweep. A clock that stands still lets instances look full, which refuses nobody.

import { SlidingCount } from './sliding-count.ts';

// Columns, by slot.
/** Requests a second, at least 1; Infinity = none is known. */
const LIMIT = 0;
/** Of the last refusal that taught: what was taken on before it, as far as is known by now, and when it was sent and came. */
const TAKEN = 1;
const SENT_AT = 2;
const REFUSED_AT = 3;
/** Since when the limit stands, and after how long it may grow. */
const SET_AT = 4;
const PROBE_MS = 5;
/** 1: it has answered well since the last refusal. */
const HAS_ANSWERED = 6;
const COLUMNS = 7;

export class LearnedRate {
  readonly #granted: SlidingCount = new SlidingCount();
  #columns: Float64Array = new Float64Array(0);
  /** When counting began, when anybody was refused last, and when there is next something to forget. */
  readonly #times: Float64Array;

  constructor(now: number) {
    this.#times = new Float64Array([now, now, now + IDLE_MS]);
  }

  /** Makes the slot a newcomer's. Grows by itself. */
  take(slot: number): void {
    const known = this.#columns.length / COLUMNS;
    if (slot < known) {
      this.#forget(slot);
      this.#granted.clear(slot);
      return;
    }
    const capacity = Math.max(8, 2 * known, slot + 1);
    const columns = new Float64Array(capacity * COLUMNS);
    columns.set(this.#columns);
    this.#columns = columns;
    this.#granted.grow(capacity);
    for (let added = known; added < capacity; added++) this.#forget(added);
  }

  /** A request is sent to the slot. */
  granted(slot: number, now: number): void {
    if (!this.#has(slot)) this.take(slot);
    this.#granted.add(slot, now);
  }

  /** It has answered well. */
  answered(slot: number): void {
    if (this.#has(slot)) this.#columns[slot * COLUMNS + HAS_ANSWERED] = 1;
  }

  /**
   * What was sent at `grantedAt` was refused. `hasAnswered`: the slot has answered well since its last refusal, as far as
   * the caller knows; one that has not has shown a closed door and no rate. What was sent before a refusal was known can
   * only correct what that one taught.
   */
  refused(slot: number, grantedAt: number, hasAnswered: boolean, now: number): void {
    if (!this.#has(slot)) this.take(slot);
    const columns = this.#columns;
    const at = slot * COLUMNS;
    this.#times[LAST_REFUSAL] = now;
    const wasCounted = this.#granted.takeBack(slot, grantedAt, now);
    const isProof = hasAnswered || columns[at + HAS_ANSWERED] === 1;
    columns[at + HAS_ANSWERED] = 0;
    if (grantedAt <= columns[at + REFUSED_AT]) {
      if (!wasCounted || !this.#granted.isBefore(grantedAt, columns[at + SENT_AT])) return;
      columns[at + TAKEN]--;
    } else {
      const taken = this.#granted.before(slot, grantedAt, now);
      // Counting is young, or what it takes on does not come through here, or the refusal took longer than a second.
      if (!isProof || grantedAt - this.#times[BEGAN] < WINDOW_MS || taken === 0) return;
      const isFirst = columns[at + LIMIT] === Infinity;
      columns[at + PROBE_MS] = isFirst ? FIRST_PROBE_MS : Math.min(LONGEST_PROBE_MS, 2 * columns[at + PROBE_MS]);
      columns[at + TAKEN] = taken;
      columns[at + SENT_AT] = grantedAt;
      columns[at + REFUSED_AT] = now;
      columns[at + SET_AT] = now;
    }
    columns[at + LIMIT] = Math.max(1, Math.min(columns[at + LIMIT], columns[at + TAKEN]));
  }

  /** Would one more be above the limit? Asked when it matters, so this is where a limit grows. */
  isFull(slot: number, now: number): boolean {
    const columns = this.#columns;
    const at = slot * COLUMNS;
    if (!this.#has(slot) || columns[at + LIMIT] === Infinity) return false;
    const count = this.#granted.at(slot, now);
    if (count + 1 <= columns[at + LIMIT]) return false;
    const stood = now - columns[at + SET_AT];
    if (stood >= 0 && stood < columns[at + PROBE_MS]) return true;
    columns[at + SET_AT] = now;
    // Otherwise the clock went back, and it stands anew from here.
    if (stood >= 0)
      columns[at + LIMIT] = Math.min(LARGEST_LIMIT, columns[at + LIMIT] + Math.max(1, GROWTH * columns[at + LIMIT]));
    return count + 1 > columns[at + LIMIT];
  }

  /** Requests a second, or undefined while no limit is known. */
  limitOf(slot: number): number | undefined {
    const limit = this.#has(slot) ? this.#columns[slot * COLUMNS + LIMIT] : Infinity;
    return limit < Infinity ? limit : undefined;
  }

  /** Forgets what is old; true when nothing is known any more and nobody was refused for a minute. Walks once a minute. */
  isOver(now: number): boolean {
    const times = this.#times;
    // A clock that went back, by more than callers' own times differ.
    if (now < times[LAST_REFUSAL] - WINDOW_MS) times.fill(now);
    if (now < times[DUE]) return false;
    times[DUE] = now + IDLE_MS;
    const columns = this.#columns;
    let known = 0;
    for (let slot = 0, at = 0; at < columns.length; slot++, at += COLUMNS) {
      if (columns[at + LIMIT] === Infinity) continue;
      if (now < columns[at + REFUSED_AT]) columns[at + REFUSED_AT] = now;
      if (now - columns[at + REFUSED_AT] >= FORGET_MS) this.#forget(slot);
      else known++;
    }
    return known === 0 && now - times[LAST_REFUSAL] >= IDLE_MS;
  }

  #has(slot: number): boolean {
    return slot * COLUMNS < this.#columns.length;
  }

  #forget(slot: number): void {
    const at = slot * COLUMNS;
    this.#columns[at + LIMIT] = Infinity;
    this.#columns[at + REFUSED_AT] = -Infinity;
    this.#columns[at + HAS_ANSWERED] = 0;
  }
}

const BEGAN = 0;
const LAST_REFUSAL = 1;
const DUE = 2;

const WINDOW_MS = 1000;
const FIRST_PROBE_MS = 10_000;
const LONGEST_PROBE_MS = 300_000;
const GROWTH = 0.02;
/** Above any rate that one process can send. */
const LARGEST_LIMIT = 1e9;
const FORGET_MS = 600_000;
/** Refusals rarer than one a minute teach nothing: counting would cost more than it saves. */
const IDLE_MS = 60_000;
