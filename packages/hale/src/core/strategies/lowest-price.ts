// The default strategy: the lowest price of three.
//
// The price is what health, latency and queue say together, (inFlight / weight + 1) x latency x (1 + C x expected
// failure rate), so one rule sheds load from an instance that is slow, busy or failing, after its first bad outcome and
// long before a circuit opens. It fails where price and truth part: at a few requests a second a healed instance stays
// dear until its failure has faded (the tie band bounds how long).
//
// Cost: O(1), at most DRAWS + 4 x WINDOW + 8 looks; 3 on an ordinary pick. No state.

import { cheapest } from './cheapest.ts';
import type { PickContext, Strategy, StrategyFactory, View } from './strategy.ts';

/** A pick dearer than this many times the typical price looks further before it settles for it. */
export const DEAR = 3;

export const lowestPrice: StrategyFactory = (): Strategy => ({
  name: 'lowest-price',
  pick: (view: View, { random, now }: PickContext): number =>
    // Before the first pick nothing is typical, hence nothing dear.
    cheapest(view, random, now, priceAt, view.typical > 0 ? DEAR * view.typical : Infinity, scoutPriceAt),
});

export function scoutPriceAt(view: View, position: number): number {
  return view.scoutPrice(position);
}

export function priceAt(view: View, position: number): number {
  return view.price(position);
}
