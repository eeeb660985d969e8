// At random, in proportion to weight and trust; blind to load and latency.
//
// For requests that are cheap and alike, and for comparisons: with many independent callers it cannot herd, since nobody
// acts on what he sees. Its queues are those of chance (log n / log log n above the mean).
//
// Cost: O(1) by acceptance and rejection (draw.ts), no table, no state.

import { drawByShare } from './draw.ts';
import type { PickContext, Strategy, StrategyFactory, View } from './strategy.ts';

export const weightedRandom: StrategyFactory = (): Strategy => ({
  name: 'weighted-random',
  pick: (view: View, { random }: PickContext): number => drawByShare(view, random),
});
