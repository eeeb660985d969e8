// How many times something happened within the last second, or within the one before a moment that lies up to a second
// back, for each slot.
//
// A counter that starts anew with each second says little right after it has, and a list of moments grows with the rate. So
// the second is cut into twentieths, each with its count, and the one that is just leaving counts in whole: the window is
// 1 to 1.05 s long. The usual remedy, to count of the oldest only the part that is still inside (Cloudflare's sliding
// window), takes its events for evenly spread. After a pause they are not: a limit of 40 was read as anything from 31 up,
// and whoever keeps the smallest of such readings keeps the worst. This one reads too much at most.
//
// O(1) but for the parts that have passed, at most 41; 180 bytes a slot. A moment that lies a little back, as of callers who
// bring their own, counts as the newest; a clock that went back further empties the counts.

const PART_MS = 50;
/** Of the window; and of the ring, which remembers a second more. */
const WINDOW = 21;
const PARTS = 41;

export class SlidingCount {
  /** Rings of PARTS, by slot. */
  #counts: Uint32Array = new Uint32Array(0);
  /** Of the last WINDOW parts. */
  #sum: Float64Array = new Float64Array(0);
  /** Number of the newest part since the clock's zero. */
  #newest: Float64Array = new Float64Array(0);

  /** Room for so many slots; what is known of the others is kept. */
  grow(capacity: number): void {
    const known = this.#sum.length;
    if (capacity <= known) return;
    const [counts, sum, newest] = [this.#counts, this.#sum, this.#newest];
    this.#counts = new Uint32Array(capacity * PARTS);
    this.#counts.set(counts);
    this.#sum = new Float64Array(capacity);
    this.#sum.set(sum);
    this.#newest = new Float64Array(capacity).fill(-Infinity, known);
    this.#newest.set(newest);
  }

  /** Counts one at `now`. */
  add(slot: number, now: number): void {
    this.#turnTo(slot, now);
    this.#counts[slot * PARTS + partOf(this.#newest[slot])]++;
    this.#sum[slot]++;
  }

  /** Uncounts one of `moment`. False when none was counted then; true also when that is forgotten by now. */
  takeBack(slot: number, moment: number, now: number): boolean {
    this.#turnTo(slot, now);
    const part = Math.min(this.#newest[slot], Math.floor(moment / PART_MS));
    const age = this.#newest[slot] - part;
    if (!(age < PARTS)) return true;
    const at = slot * PARTS + partOf(part);
    if (this.#counts[at] === 0) return false;
    this.#counts[at]--;
    if (age < WINDOW) this.#sum[slot]--;
    return true;
  }

  /** How many within the last second: a whole number, at least 0. */
  at(slot: number, now: number): number {
    this.#turnTo(slot, now);
    return this.#sum[slot];
  }

  /** How many within the second before `moment`, what came in the same twentieth included; 0 when that is forgotten. */
  before(slot: number, moment: number, now: number): number {
    this.#turnTo(slot, now);
    const last = Math.min(this.#newest[slot], Math.floor(moment / PART_MS));
    if (!(this.#newest[slot] - last <= PARTS - WINDOW)) return 0;
    let sum = 0;
    for (let age = 0; age < WINDOW; age++) sum += this.#counts[slot * PARTS + partOf(last - age)];
    return sum;
  }

  /** Does the second before `moment` count what came at `other`? */
  isBefore(other: number, moment: number): boolean {
    const parts = Math.floor(moment / PART_MS) - Math.floor(other / PART_MS);
    return parts >= 0 && parts < WINDOW;
  }

  clear(slot: number): void {
    this.#counts.fill(0, slot * PARTS, (slot + 1) * PARTS);
    this.#sum[slot] = 0;
    this.#newest[slot] = -Infinity;
  }

  /** Moves the window on: parts that have left it are emptied. */
  #turnTo(slot: number, now: number): void {
    const part = Math.floor(now / PART_MS);
    const elapsed = part - this.#newest[slot];
    if (elapsed <= 0 && elapsed > -PARTS) return;
    if (elapsed > 0 && elapsed < PARTS) {
      for (let passed = 1; passed <= elapsed; passed++) {
        const next = this.#newest[slot] + passed;
        this.#sum[slot] -= this.#counts[slot * PARTS + partOf(next - WINDOW)];
        this.#counts[slot * PARTS + partOf(next)] = 0;
      }
    } else this.clear(slot);
    this.#newest[slot] = part;
  }
}

/** The place of a part in its ring; times may be negative. */
function partOf(part: number): number {
  return ((part % PARTS) + PARTS) % PARTS;
}
