// Whose request it is: one of those that the scenario names, by their shares, or one of 200 callers alike.

import type { Random } from '../../core/kernel/index.ts';
import type { CallerKey } from '../scenario.ts';

const CALLERS_ALIKE = 200;

/** Draws once for those who are named, and twice for the others. */
export function drawKey(keys: readonly CallerKey[], random: Random): Pick<CallerKey, 'key' | 'poisonShare' | 'route'> {
  let left = random();
  for (const named of keys) {
    if (left < named.share) return named;
    left -= named.share;
  }
  return { key: `c${Math.floor(random() * CALLERS_ALIKE)}` };
}
