// Do the times of a record make sense?
//
// Outcomes are written as they end, by several processes, so small disorder is normal: up to 5 s behind the newest is
// sorted in. Further back the clock has jumped, or files were joined in the wrong order, and the line is dropped.
//
// The newest must not be believed at once: a single line from the year 2099 would make all that follow old. So a jump of
// more than an hour, and the very first line, are held until another line agrees; a line an hour away from its neighbours
// is a wrong clock. Where it fails: a service with less than one request an hour loses them all. It has nothing to balance.

/** How far behind the newest an end may be. */
export const DISORDER_MS = 5000;
const LEAP_MS = 3_600_000;
/** Lines that wait for one that agrees. */
const MOST_HELD = 8;

export interface OrderSink<T> {
  kept(one: T): void;
  backwards(one: T, byMs: number): void;
  /** Far from all others. */
  lonely(one: T): void;
}

export class TimeOrder<T extends { readonly time: number }> {
  readonly #sink: OrderSink<T>;
  #newest = -Infinity;
  #held: T[] = [];

  constructor(sink: OrderSink<T>) {
    this.#sink = sink;
  }

  admit(next: T): void {
    if (next.time <= this.#newest + LEAP_MS) return this.#settle(next);
    const partner = this.#held.find(({ time }) => next.time >= time - DISORDER_MS && next.time <= time + LEAP_MS);
    if (partner === undefined) {
      this.#held.push(next);
      if (this.#held.length > MOST_HELD) this.#sink.lonely(this.#held.shift()!);
      return;
    }
    const others = this.#held.filter((one) => one !== partner);
    this.#held = [];
    this.#newest = partner.time;
    for (const one of [partner, next, ...others]) {
      if (one.time <= this.#newest + LEAP_MS) this.#settle(one);
      else this.#sink.lonely(one);
    }
  }

  /** What is held to the end is kept only if it is all there is. */
  end(): void {
    const held = this.#held;
    this.#held = [];
    if (this.#newest === -Infinity && held.length === 1) this.#sink.kept(held[0]);
    else for (const one of held) this.#sink.lonely(one);
  }

  #settle(one: T): void {
    const byMs = this.#newest - one.time;
    if (byMs > DISORDER_MS) return this.#sink.backwards(one, byMs);
    this.#newest = Math.max(this.#newest, one.time);
    this.#sink.kept(one);
    // Time has not jumped after all.
    for (const lonely of this.#held.splice(0)) this.#sink.lonely(lonely);
  }
}
