// Which instances are due for a check, and how many may be under way. No I/O and no promise: whoever runs the checks
// asks `next` for a turn, and says what became of it.
//
// Invariants:
// - an instance has at most one check under way, also across leaving and returning;
// - checks whose end nobody has seen (`underWay` and `hanging`) never exceed check.concurrency;
// - the due wait in the order of their due times, so a crowd of fast-checked instances starves nobody;
// - a turn costs O(log n), and one call of `next` looks at 1 000 instances at most.
//
// A check that outlived its time is *hanging* until it settles. It keeps its place (it may hold a socket), and its
// instance fails again each time it is due, since otherwise `fall` would never be reached. When hanging checks have filled
// every place for a second, the others are skipped without a verdict: the check function is broken, and no instance is to
// blame for that.

import type { Random } from '../kernel/index.ts';
import type { Queued } from './due-heap.ts';
import { DueHeap } from './due-heap.ts';
import { Elapsed } from './elapsed.ts';
import type { CheckKnobs, CheckState } from './timing.ts';
import { isOut, putOffMs, stretch, waitMs } from './timing.ts';

/** `check`: start one. `hanging`: its last one has not ended: a failed check. `skip`: no place; no verdict. */
export interface Turn<S extends CheckState> {
  readonly act: 'check' | 'hanging' | 'skip';
  readonly entry: CheckEntry;
  readonly state: S;
}

/** What the schedule knows of one instance; opaque to the runner but for its id. */
export interface CheckEntry extends Queued {
  readonly id: string;
  phase: 'waiting' | 'under way' | 'hanging';
  /** Left the service while its check was not over. */
  gone: boolean;
  /** Asked for by name: neither `check.when` nor good traffic puts it off. */
  asked: boolean;
  startedAt: number;
  lastPassed: boolean | undefined;
  step: number;
}

const MOST_LOOKS = 1000;
/** A check that heeds its signal needs a moment to end; until then nobody is skipped for it. */
const PATIENCE_MS = 1000;

export class CheckSchedule {
  readonly #random: Random;
  readonly #entries = new Map<string, CheckEntry>();
  readonly #queue = new DueHeap<CheckEntry>();
  readonly #elapsed = new Elapsed();
  #underWay = 0;
  #hanging = 0;
  #lastAbandonedAt = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  get size(): number {
    return this.#entries.size;
  }

  get underWay(): number {
    return this.#underWay;
  }

  get hanging(): number {
    return this.#hanging;
  }

  has(id: string): boolean {
    return this.#entries.get(id)?.gone === false;
  }

  /** A new instance: its first check falls anywhere in its first wait, so that a fleet does not start in step. */
  add(id: string, state: CheckState, knobs: CheckKnobs, now: number): void {
    const at = this.#elapsed.at(now);
    const known = this.#entries.get(id);
    if (known && !known.gone) return;
    const entry = known ?? newEntry(id);
    entry.gone = false;
    entry.startedAt = at;
    entry.lastPassed = undefined;
    entry.step = 0;
    this.#entries.set(id, entry);
    // One that is under way is put in the queue when it ends.
    if (entry.phase !== 'under way') this.#queue.put(entry, at + this.#random() * waitMs(isOut(state), 0, knobs));
  }

  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (entry) this.#forget(entry);
  }

  clear(): void {
    for (const entry of this.#entries.values()) this.#forget(entry);
  }

  /** Its circuit or mode moved: the doubling starts again and it is looked at within the first wait. */
  hasten(id: string, knobs: CheckKnobs, now: number): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.gone) return;
    // One under way waits its first second when it ends; any other waits it here.
    entry.step = entry.phase === 'under way' ? 0 : 1;
    const at = this.#elapsed.at(now) + stretch(waitMs(true, 0, knobs), knobs, this.#random());
    if (entry.phase !== 'under way' && at < entry.dueAt) this.#queue.put(entry, at);
  }

  /** Someone waits for its answer: due now, behind those that are overdue. */
  ask(id: string, now: number): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.gone || entry.phase === 'under way') return;
    entry.asked = true;
    const at = this.#elapsed.at(now);
    if (at < entry.dueAt) this.#queue.put(entry, at);
  }

  /** The next turn at `now`, or undefined: nobody is due, every place is taken, or enough was looked at (`delayMs` says which). */
  next<S extends CheckState>(now: number, knobs: CheckKnobs, look: (id: string) => S | undefined): Turn<S> | undefined {
    const at = this.#elapsed.at(now);
    for (let looks = 0; looks < MOST_LOOKS && this.#placeInMs(at, knobs) === 0; looks++) {
      const entry = this.#queue.first;
      if (!entry || entry.dueAt > at) return undefined;
      this.#queue.remove(entry);
      const state = look(entry.id);
      if (!state) {
        this.#forget(entry);
        continue;
      }
      const askedNow = entry.asked && state.mode !== 'maintenance';
      const putOff = askedNow ? 0 : putOffMs(state, entry.lastPassed, at - entry.startedAt, knobs);
      entry.asked = false;
      if (putOff > 0) {
        this.#queue.put(entry, at + stretch(putOff, knobs, this.#random()));
        continue;
      }
      if (entry.phase === 'hanging') {
        entry.startedAt = at;
        this.#wait(entry, false, state, knobs, at);
        return { act: 'hanging', entry, state };
      }
      if (this.#hanging >= knobs.check.concurrency) {
        entry.startedAt = at;
        this.#wait(entry, undefined, state, knobs, at);
        return { act: 'skip', entry, state };
      }
      entry.startedAt = at;
      entry.phase = 'under way';
      this.#underWay++;
      return { act: 'check', entry, state };
    }
    return undefined;
  }

  /** A check ended in time. `state` is the instance's state after the answer was reported; undefined when it has left. */
  answered(
    entry: CheckEntry,
    passed: boolean | undefined,
    state: CheckState | undefined,
    knobs: CheckKnobs,
    now: number,
  ): void {
    if (entry.phase !== 'under way') return;
    this.#underWay--;
    entry.phase = 'waiting';
    this.#resume(entry, passed, state, knobs, now);
  }

  /** Its time is over and it has not settled: a failed check, and hanging from now on. */
  abandoned(entry: CheckEntry, state: CheckState | undefined, knobs: CheckKnobs, now: number): void {
    if (entry.phase !== 'under way') return;
    this.#underWay--;
    this.#hanging++;
    this.#lastAbandonedAt = this.#elapsed.at(now);
    entry.phase = 'hanging';
    this.#resume(entry, false, state, knobs, now);
  }

  /** An abandoned check settled at last: its place is free. */
  ended(entry: CheckEntry): void {
    if (entry.phase !== 'hanging') return;
    this.#hanging--;
    entry.phase = 'waiting';
    if (entry.gone) this.#forget(entry);
  }

  /** Milliseconds until `next` has something to do; undefined when only a check's end can change that. */
  delayMs(now: number, knobs: CheckKnobs): number | undefined {
    const first = this.#queue.first;
    if (!first) return undefined;
    const at = this.#elapsed.at(now);
    const left = Math.max(first.dueAt - at, this.#placeInMs(at, knobs));
    if (left === Infinity) return undefined;
    // At least 1 ms: rounding could leave a remainder below the clock's resolution, and a timer that never gets there.
    return left <= 0 ? 0 : Math.max(1, left);
  }

  // When a turn can be given at the earliest, 0 being now: Infinity while every place is taken and some will be free by
  // themselves; when all of them hang, as soon as patience is over.
  #placeInMs(at: number, { check }: CheckKnobs): number {
    if (this.#underWay + this.#hanging < check.concurrency) return 0;
    return this.#underWay > 0 ? Infinity : Math.max(0, this.#lastAbandonedAt + PATIENCE_MS - at);
  }

  #resume(
    entry: CheckEntry,
    passed: boolean | undefined,
    state: CheckState | undefined,
    knobs: CheckKnobs,
    now: number,
  ): void {
    if (!state || entry.gone) this.#forget(entry);
    else this.#wait(entry, passed, state, knobs, this.#elapsed.at(now));
  }

  // From start to start, so that slow answers do not thin the checks out; never before now, so that they do not pile up.
  #wait(entry: CheckEntry, passed: boolean | undefined, state: CheckState, knobs: CheckKnobs, at: number): void {
    const out = isOut(state);
    if (!out || (passed === true && entry.lastPassed === false)) entry.step = 0;
    const wait = stretch(waitMs(out, entry.step, knobs), knobs, this.#random());
    if (out) entry.step++;
    if (passed !== undefined) entry.lastPassed = passed;
    this.#queue.put(entry, Math.max(at, entry.startedAt + wait));
  }

  // An entry whose check is not over stays, marked, so that a quick return does not start a second one beside it.
  #forget(entry: CheckEntry): void {
    this.#queue.remove(entry);
    entry.asked = false;
    entry.gone = true;
    if (entry.phase === 'waiting') this.#entries.delete(entry.id);
  }
}

function newEntry(id: string): CheckEntry {
  return {
    id,
    phase: 'waiting',
    gone: false,
    asked: false,
    startedAt: 0,
    lastPassed: undefined,
    step: 0,
    dueAt: 0,
    order: 0,
    place: -1,
  };
}
