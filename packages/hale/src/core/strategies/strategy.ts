// The contract of a strategy: the rule that makes the final choice among eligible instances.
//
// A strategy sees positions 0 to count-1 of the instances that health admits, never how health is computed. Positions
// move when eligibility does; `id` and `order` belong to the instance and stay. It is handed one view and one context
// that are reused for every pick: keep neither.

import type { Random } from '../kernel/index.ts';

/** The eligible instances of one group (a tier, or a zone inside it), by position. */
export interface View {
  readonly count: number;
  /** In flight per unit of weight over all positions, [0, inf): what a bounded load is measured by. */
  readonly meanLoad: number;
  /** Smoothed price, without its failure term, of what was picked lately; 0 before the first pick. */
  readonly typical: number;
  /** Identity, stable for the instance's life. */
  id(position: number): string;
  /** A small integer that belongs to the instance for its life. Earlier arrivals have lower ones, but for reused places. */
  order(position: number): number;
  /** The way back: where the instance of this order stands now, or -1 when it is not eligible. O(1). */
  position(order: number): number;
  /** Configured weight, above 0. */
  weight(position: number): number;
  /** Score in [0,1]; 1 is best. */
  score(position: number): number;
  /** Leases granted and not settled, in units of cost. */
  inFlight(position: number): number;
  /** Milliseconds; the fleet's median when nothing is known of this one. */
  latency(position: number): number;
  /** How much of its share a returning or new instance gets, (0,1]; 1 for the others. */
  trust(position: number): number;
  /** Trust x weight over the group's largest weight, (0,1]: the chance with which a random draw should be accepted. */
  share(position: number): number;
  /** What a pick expects to pay: queue x latency x expected failures. Lower is better. */
  price(position: number): number;
  /** The price where two idle instances are compared: a request that can be sent again counts failures for less there. */
  scoutPrice(position: number): number;
  /** False when the caller excluded it or it is at its limit: such a position must not be returned. */
  isAvailable(position: number): boolean;
}

/** What is known of the request. */
export interface PickContext {
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly random: Random;
  /** What `ring-hash` and `maglev` hash; undefined when the caller gave none. */
  readonly key: string | undefined;
  readonly cost: number;
}

/** What a strategy may build tables from: everyone in the group, eligible or not. */
export interface Member {
  readonly id: string;
  readonly order: number;
  readonly weight: number;
}

export interface Strategy {
  readonly name: string;
  /**
   * Called before the first pick, and before the next one whenever the membership or a weight of this view changed; not
   * when only health did. The list may be kept; it is not changed afterwards.
   */
  rebuild?(members: readonly Member[]): void;
  /** A position of the view that is available, or -1: nobody of this view. Must not throw; must not wait. */
  pick(view: View, context: PickContext): number;
  /**
   * A lease of the instance at this position was settled. Not called when the instance has left the view meanwhile.
   * `latencyMs` is the sample of a good answer, 0 when there is none: an error that is fast must not look fast.
   */
  settled?(position: number, view: View, latencyMs: number, now: number): void;
}

/** One strategy object per service and group, so that it may hold state. */
export type StrategyFactory = () => Strategy;
