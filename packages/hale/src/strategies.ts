// `hale/strategies`: the strategies that can be asked for by name, and the contract for those of the user's own.

export {
  STRATEGIES,
  firstAvailable,
  isStrategyName,
  leastRequest,
  lowestPrice,
  maglev,
  peakEwma,
  ringHash,
  weightedRandom,
  weightedRoundRobin,
} from './core/strategies/index.ts';
export type { Member, PickContext, Strategy, StrategyFactory, StrategyName, View } from './core/strategies/index.ts';
