// The keys of one service whose requests fail: who is watched, who is blamed, and whom time has pardoned.
//
// A request may have two keys, its route and its client: whichever fails everywhere is found, the other one is not, since
// what one key is blamed for says nothing of the other. Hashing is paid for by failures alone, and by good answers only
// while some key has failed twice without one.

import type { Random } from '../kernel/index.ts';
import type { BlamedKey, KeyMove } from '../model/index.ts';
import { keyedHash } from './keyed-hash.ts';
import { RecentKeys } from './others.ts';
import { CELLS, KeySketch } from './sketch.ts';
import { accuse, exonerate, isGuilty, placesOf } from './suspect.ts';

const SWEEP_MS = 10_000;
/** Moves that are told at once, and one more each second: a client has as many names as it likes, and facts are for people. */
const MOST_TOLD = 10;
const TOLD_EACH_MS = 1000;

// Columns of `times`
const SWEPT_AT = 0;
const ALLOWED_AT = 1;

export class KeyBlame {
  readonly #key0: number;
  readonly #key1: number;
  readonly #tell: (move: KeyMove, now: number) => void;
  readonly #sketch = new KeySketch();
  readonly #others = new RecentKeys();
  readonly #times: Float64Array = new Float64Array([-Infinity, -Infinity]);
  #allowance = MOST_TOLD;

  /** Draws twice from `random`: the hash that nobody can foresee. */
  constructor(random: Random, tell: (move: KeyMove, now: number) => void) {
    this.#key0 = (random() * 2 ** 32) | 0;
    this.#key1 = (random() * 2 ** 32) | 0;
    this.#tell = tell;
  }

  /** Keys whose good answers matter. While there are none, only failures need to be told here. */
  get watched(): number {
    return this.#sketch.watched;
  }

  get blamed(): number {
    return this.#sketch.blamed;
  }

  /** A request of these keys failed at a slot, where `reach` instances could be asked. Is it a key's fault? */
  failed(first: string, second: string | undefined, slot: number, reach: number, now: number): boolean {
    this.#sweep(now);
    const tag0 = this.#tagOf(first);
    const tag1 = this.#secondTag(first, second);
    const isHeld0 = this.#isHeld(tag0, slot, now);
    const isHeld1 = this.#isHeld(tag1, slot, now);
    if (isHeld0 || isHeld1) return true;
    if (this.#becomesGuilty(first, tag0, slot, reach, now)) return true;
    if (tag1 !== 0 && this.#becomesGuilty(second!, tag1, slot, reach, now)) return true;
    // While nobody is watched good answers are not told here, and failures alone would be a false picture.
    if (this.watched > 0) this.#others.note(tag0, tag1, true);
    return false;
  }

  /** A request of these keys was answered well at a slot. Needed only while somebody is watched. */
  succeeded(first: string, second: string | undefined, slot: number, now: number): void {
    const tag0 = this.#tagOf(first);
    const tag1 = this.#secondTag(first, second);
    this.#others.note(tag0, tag1, false);
    this.#exonerate(tag0, slot, now);
    if (tag1 !== 0) this.#exonerate(tag1, slot, now);
    this.#sweep(now);
  }

  /** A request without a key ended. Needed only while somebody is watched. */
  noteStranger(isBad: boolean, now: number): void {
    this.#others.note(0, 0, isBad);
    this.#sweep(now);
  }

  isBlamed(key: string, now: number): boolean {
    const cell = this.#sketch.find(this.#tagOf(key));
    return this.#isBlamed(cell) && !this.#sketch.isExpired(cell, now);
  }

  /** Who is blamed now, at most `most`. */
  list(now: number, most: number): BlamedKey[] {
    const sketch = this.#sketch;
    const found: BlamedKey[] = [];
    for (let cell = 0; cell < CELLS && found.length < most; cell++) {
      if (!sketch.isBlamed(cell) || sketch.isExpired(cell, now)) continue;
      const idleMs = Math.max(0, (now - sketch.failedAt[cell]) | 0);
      found.push({ key: nameOf(sketch.names[cell]), instances: placesOf(sketch, cell), idleMs });
    }
    return found;
  }

  #isHeld(tag: number, slot: number, now: number): boolean {
    const cell = tag === 0 ? -1 : this.#sketch.find(tag);
    if (!this.#isBlamed(cell) || this.#sketch.isExpired(cell, now)) return false;
    accuse(this.#sketch, cell, slot, this.#others.failureRate(tag), now);
    return true;
  }

  #becomesGuilty(key: string, tag: number, slot: number, reach: number, now: number): boolean {
    const sketch = this.#sketch;
    const cell = this.#cellOf(tag, now);
    if (cell < 0) return false;
    accuse(sketch, cell, slot, this.#others.failureRate(tag), now);
    if (!isGuilty(sketch, cell, reach)) return false;
    // Without the secret, so that the same key has the same name in every process.
    const name = keyedHash(key, 0, 0);
    const isTold = this.#mayTell(now);
    sketch.blame(cell, name, isTold);
    const instances = placesOf(sketch, cell);
    if (isTold) this.#tell({ type: 'blamed', key: nameOf(name), instances, reason: 'spread' }, now);
    return true;
  }

  #exonerate(tag: number, slot: number, now: number): void {
    const cell = this.#sketch.find(tag);
    if (cell >= 0 && exonerate(this.#sketch, cell, slot)) this.#free(cell, 'good-outcomes', now);
  }

  // At most once in ten seconds. Without it a key that never comes back would be watched for ever.
  #sweep(now: number): void {
    const elapsed = now - this.#times[SWEPT_AT];
    if (elapsed >= 0 && elapsed < SWEEP_MS) return;
    this.#times[SWEPT_AT] = now;
    const sketch = this.#sketch;
    for (let cell = 0; cell < CELLS; cell++)
      if (sketch.tags[cell] !== 0 && sketch.isExpired(cell, now)) this.#free(cell, 'idle', now);
  }

  #cellOf(tag: number, now: number): number {
    const sketch = this.#sketch;
    const cell = sketch.find(tag);
    if (cell >= 0 && !sketch.isExpired(cell, now)) return cell;
    if (cell >= 0) this.#free(cell, 'idle', now);
    return sketch.take(tag, now);
  }

  #free(cell: number, reason: 'good-outcomes' | 'idle', now: number): void {
    const sketch = this.#sketch;
    const instances = placesOf(sketch, cell);
    const key = sketch.isTold(cell) ? nameOf(sketch.names[cell]) : undefined;
    sketch.clear(cell);
    if (key !== undefined) this.#tell({ type: 'pardoned', key, instances, reason }, now);
  }

  #mayTell(now: number): boolean {
    const earned = Math.floor((now - this.#times[ALLOWED_AT]) / TOLD_EACH_MS);
    // A clock that went back begins anew.
    if (earned !== 0) {
      this.#allowance = Math.min(MOST_TOLD, this.#allowance + Math.max(0, earned));
      this.#times[ALLOWED_AT] = now;
    }
    if (this.#allowance === 0) return false;
    this.#allowance--;
    return true;
  }

  #isBlamed(cell: number): boolean {
    return cell >= 0 && this.#sketch.isBlamed(cell);
  }

  // 0 stands for "none".
  #tagOf(key: string): number {
    return keyedHash(key, this.#key0, this.#key1) || 1;
  }

  #secondTag(first: string, second: string | undefined): number {
    return second === undefined || second === first ? 0 : this.#tagOf(second);
  }
}

function nameOf(hash: number): string {
  return (hash >>> 0).toString(16).padStart(8, '0');
}
