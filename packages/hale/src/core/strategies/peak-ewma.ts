// Peak EWMA: in flight x a latency that jumps to every new peak at once and forgets it slowly (Finagle's PeakEwma,
// linkerd2 `load/peak_ewma.rs`). It leaves an instance after one slow answer; a mean would wait for twenty.
//
// Ours falls back to the smoothed latency of the view, not to 0 as in Finagle, where an instance that nobody asks becomes
// the most wanted of all. And only good answers are samples. It fails with heavy tails: one outlier in a thousand shuns
// a sound instance for seconds, so under noise `lowest-price` loses fewer requests.
//
// Cost: O(1) per pick and settle, one Map look-up for each of three candidates; 16 bytes and a Map entry an instance;
// rebuild O(n).

import { fade } from '../kernel/index.ts';
import { caution } from './caution.ts';
import { cheapest } from './cheapest.ts';
import type { Member, PickContext, Strategy, StrategyFactory, View } from './strategy.ts';

/** Time constant with which a peak is forgotten; Finagle's and linkerd's default. */
export const DECAY_MS = 10_000;
/** A peak older than this is forgotten altogether. */
const FORGET_MS = 30 * DECAY_MS;

export const peakEwma: StrategyFactory = (): Strategy => new PeakEwma();

class PeakEwma implements Strategy {
  readonly name = 'peak-ewma';
  #ids: string[] = [];
  /** From an instance's order to its place in the arrays. */
  #places = new Map<number, number>();
  #peaksMs = new Float64Array(0);
  #seenAt = new Float64Array(0);

  rebuild(members: readonly Member[]): void {
    const places = new Map<number, number>();
    const peaksMs = new Float64Array(members.length);
    const seenAt = new Float64Array(members.length);
    members.forEach(({ id, order }, place) => {
      places.set(order, place);
      // An order may have passed to another instance, which must not inherit a stranger's peak.
      const former = this.#places.get(order);
      if (former === undefined || this.#ids[former] !== id) return;
      peaksMs[place] = this.#peaksMs[former];
      seenAt[place] = this.#seenAt[former];
    });
    this.#ids = members.map(({ id }) => id);
    this.#places = places;
    this.#peaksMs = peaksMs;
    this.#seenAt = seenAt;
  }

  pick(view: View, { random, now }: PickContext): number {
    return cheapest(view, random, now, this.#cost, Infinity);
  }

  settled(position: number, view: View, latencyMs: number, now: number): void {
    const place = this.#places.get(view.order(position));
    if (place === undefined || !(latencyMs > this.#estimate(view, position, now))) return;
    this.#peaksMs[place] = latencyMs;
    this.#seenAt[place] = now;
  }

  // Bound once: a closure made at each pick would be garbage.
  readonly #cost = (view: View, position: number, now: number): number =>
    (view.inFlight(position) / view.weight(position) + 1) *
    this.#estimate(view, position, now) *
    caution(view.score(position));

  #estimate(view: View, position: number, now: number): number {
    const latencyMs = view.latency(position);
    const place = this.#places.get(view.order(position));
    if (place === undefined || !(this.#peaksMs[place] > latencyMs)) return latencyMs;
    // A clock that stands still or goes back ages nothing.
    const ageMs = Math.max(0, now - this.#seenAt[place]);
    // The fade has a long tail: of 10 s nearly a second is left after a minute, which keeps an idle instance out.
    if (ageMs > FORGET_MS) return latencyMs;
    return latencyMs + (this.#peaksMs[place] - latencyMs) * fade(ageMs / DECAY_MS);
  }
}
