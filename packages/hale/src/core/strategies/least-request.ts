// Fewest requests in flight for the weight, of three drawn by share. Knows nothing of latency until it shows as a queue.
//
// For requests of even cost, or where latency says little (a mix of cheap and dear calls): `lowest-price` would take the
// one that happened to get the cheap calls. The load is inFlight / weight + 1, not (inFlight + 1) / weight: see cheapest.ts.
//
// Cost: O(1). No state. Source: Mitzenmacher 1996; YARP's and Envoy's policies of this name look at two.

import { caution } from './caution.ts';
import { cheapest } from './cheapest.ts';
import type { PickContext, Strategy, StrategyFactory, View } from './strategy.ts';

export const leastRequest: StrategyFactory = (): Strategy => ({
  name: 'least-request',
  pick: (view: View, { random, now }: PickContext): number => cheapest(view, random, now, load, Infinity),
});

function load(view: View, position: number): number {
  return (view.inFlight(position) / view.weight(position) + 1) * caution(view.score(position));
}
