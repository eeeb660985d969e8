// When an instance is checked again. Three wishes pull apart: a fault without traffic should be found within
// checkInterval; a healed instance should be found soon, since only a check vouches for it when no request may try it;
// and checks cost the fleet work that buys nothing where requests already tell.
//
// - closed: one checkInterval.
// - not closed: 1 s, doubling up to checkInterval. With 30 s throughout, checks would be the bottleneck of recovery. The
//   doubling starts again when a check passes after a failed one, because `rise` asks for a second good one (HAProxy's
//   `fastinter`). A closed instance gets no such haste: two failures one second apart are often one hiccup.
// - closed, last check passed, and a good answer to real traffic within the last checkInterval: the check is put off,
//   up to four intervals after the last one. Put off, not slowed: when traffic falls silent it comes within one interval.
// - maintenance: none. `check.when: out`: none while closed.

import type { Circuit, Mode, Settings } from '../model/index.ts';

export type CheckKnobs = Pick<Settings, 'checkInterval' | 'jitter' | 'check'>;

/** What must be known of an instance to say whether its check may wait. */
export interface CheckState {
  readonly circuit: Circuit;
  readonly mode: Mode;
  /** Since the last good answer to real traffic; Infinity when there was none. */
  readonly msSinceGoodTraffic: number;
}

/** First wait of an instance that left service. */
export const FIRST_WAIT_MS = 1000;
/** Longest time without a check where traffic vouches, in check intervals. */
export const LONGEST_PUT_OFF = 4;

export function isOut(state: CheckState): boolean {
  return state.circuit !== 'closed';
}

/** From one check to the next, before jitter. `step` counts checks since it left service. */
export function waitMs(out: boolean, step: number, { checkInterval }: CheckKnobs): number {
  // 2^31 s is past every interval; the cut keeps the power finite.
  return out ? Math.min(checkInterval, FIRST_WAIT_MS * 2 ** Math.min(step, 31)) : checkInterval;
}

/** How long a check that is due may be put off; 0: check now. `lastPassed` is undefined before the first check. */
export function putOffMs(
  state: CheckState,
  lastPassed: boolean | undefined,
  msSinceCheck: number,
  knobs: CheckKnobs,
): number {
  const interval = knobs.checkInterval;
  if (state.mode === 'maintenance') return interval;
  if (isOut(state)) return 0;
  if (knobs.check.when === 'out') return interval;
  const quietMs = state.msSinceGoodTraffic;
  // Written so that NaN vouches for nothing.
  const vouched = lastPassed === true && quietMs >= 0 && quietMs < interval;
  return vouched ? Math.max(0, Math.min(interval - quietMs, LONGEST_PUT_OFF * interval - msSinceCheck)) : 0;
}

/** Upward only, as every wait: up to `jitter` longer, so that checkers do not fall into step. `chance` is in [0,1). */
export function stretch(ms: number, { jitter }: CheckKnobs, chance: number): number {
  return ms * (1 + jitter * chance);
}
