// What is remembered of keys whose requests failed: 256 cells, and never one more.
//
// Keys are as many as a client likes, so none is kept: a cell knows its key by a hash that the client cannot foresee
// (keyed-hash.ts). A key has four cells in which it may stand; when all are taken, the one with the least guilt goes, and
// one that is blamed never does. Only failures take a cell, so that innocent keys, which are nearly all, are not here.
//
// The usual sketch (count-min: several rows, cells shared by whoever falls into them) was the obvious way and is wrong for
// this question: a good answer speaks *for* a key, and in a shared cell the good answers of the others would speak for the
// culprit. Where this one fails: a client with 256 names that all fail fills it, and for the 257th all is as if there were
// no sketch; and one failure among many strangers' is forgotten before the second comes.

/** Cells of one set, sets, and all cells. */
const WAYS = 4;
const SETS = 64;
export const CELLS: number = WAYS * SETS;
/** A key that has not failed for so long is forgotten. */
export const FORGET_MS = 60_000;
/** From this guilt on the good answers of a key are looked for. */
export const WATCH = 2;

export class KeySketch {
  /** Of the key that has the cell; 0 = free. */
  readonly tags: Int32Array = new Int32Array(CELLS);
  /** Where it failed and has not been answered well since: bit s for slot s, modulo 32. */
  readonly places: Int32Array = new Int32Array(CELLS);
  /** Low 32 bits of the ms of its last failure. */
  readonly failedAt: Int32Array = new Int32Array(CELLS);
  /** The hash by which people know it, once it was blamed. */
  readonly names: Int32Array = new Int32Array(CELLS);
  readonly #guilt: Float32Array = new Float32Array(CELLS);
  readonly #flags: Uint8Array = new Uint8Array(CELLS);
  #watched = 0;
  #blamed = 0;

  /** Cells with a guilt of at least WATCH. */
  get watched(): number {
    return this.#watched;
  }

  get blamed(): number {
    return this.#blamed;
  }

  /** The key's cell, or -1. One that has expired is found too, so that its end can be told. */
  find(tag: number): number {
    const first = (tag & (SETS - 1)) * WAYS;
    for (let cell = first; cell < first + WAYS; cell++) if (this.tags[cell] === tag) return cell;
    return -1;
  }

  /** A cell for a key that has none, cleared; -1 when each that it may have is of a key that is blamed. */
  take(tag: number, now: number): number {
    const first = (tag & (SETS - 1)) * WAYS;
    let weakest = -1;
    for (let cell = first; cell < first + WAYS; cell++) {
      if (this.isBlamed(cell)) continue;
      if (weakest < 0 || this.#worthOf(cell, now) < this.#worthOf(weakest, now)) weakest = cell;
    }
    if (weakest < 0) return -1;
    this.clear(weakest);
    this.tags[weakest] = tag;
    this.failedAt[weakest] = now;
    return weakest;
  }

  clear(cell: number): void {
    this.setGuilt(cell, 0);
    if (this.isBlamed(cell)) this.#blamed--;
    this.#flags[cell] = 0;
    this.tags[cell] = 0;
    this.places[cell] = 0;
    this.names[cell] = 0;
  }

  guiltOf(cell: number): number {
    return this.#guilt[cell];
  }

  setGuilt(cell: number, guilt: number): void {
    const was = this.#guilt[cell] >= WATCH;
    this.#guilt[cell] = guilt;
    this.#watched += Number(this.#guilt[cell] >= WATCH) - Number(was);
  }

  isBlamed(cell: number): boolean {
    return (this.#flags[cell] & BLAMED) !== 0;
  }

  /** Were people told of it? */
  isTold(cell: number): boolean {
    return (this.#flags[cell] & TOLD) !== 0;
  }

  blame(cell: number, name: number, isTold: boolean): void {
    this.#flags[cell] = isTold ? BLAMED | TOLD : BLAMED;
    this.names[cell] = name;
    this.#blamed++;
  }

  isExpired(cell: number, now: number): boolean {
    const idle = (now - this.failedAt[cell]) | 0;
    // A clock that went back by much, or weeks without a look: nothing is known of that time.
    return idle >= FORGET_MS || idle < -FORGET_MS;
  }

  // A free cell and an expired one are worth nothing; then guilt counts, and of equals the younger is worth more.
  #worthOf(cell: number, now: number): number {
    if (this.tags[cell] === 0 || this.isExpired(cell, now)) return 0;
    return this.#guilt[cell] + 1 - ((now - this.failedAt[cell]) | 0) / (2 * FORGET_MS);
  }
}

// Bits of the flags
const BLAMED = 1;
const TOLD = 2;
