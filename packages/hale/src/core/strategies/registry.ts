// The strategies that can be asked for by name.

import { firstAvailable } from './first-available.ts';
import { leastRequest } from './least-request.ts';
import { lowestPrice } from './lowest-price.ts';
import { maglev } from './maglev.ts';
import { peakEwma } from './peak-ewma.ts';
import { ringHash } from './ring-hash.ts';
import type { StrategyFactory } from './strategy.ts';
import { weightedRandom } from './weighted-random.ts';
import { weightedRoundRobin } from './weighted-round-robin.ts';

export type StrategyName =
  | 'lowest-price'
  | 'least-request'
  | 'peak-ewma'
  | 'weighted-round-robin'
  | 'weighted-random'
  | 'ring-hash'
  | 'maglev'
  | 'first-available';

/** Name to factory; the first is the default. */
export const STRATEGIES: Readonly<Record<StrategyName, StrategyFactory>> = {
  'lowest-price': lowestPrice,
  'least-request': leastRequest,
  'peak-ewma': peakEwma,
  'weighted-round-robin': weightedRoundRobin,
  'weighted-random': weightedRandom,
  'ring-hash': ringHash,
  maglev: maglev,
  'first-available': firstAvailable,
};

/** True for a name in `STRATEGIES`; false for everything else, `'toString'` and `'__proto__'` included. */
export function isStrategyName(value: unknown): value is StrategyName {
  return typeof value === 'string' && Object.hasOwn(STRATEGIES, value);
}
