// What befalls the fleets: crash, brownout, slowness, flapping, a burst of resets, a sinkhole and recovery, in rounds of
// half a minute. Each fleet suffers the same at the same time.
//
// Faults overlap in pairs on neighbours, because a single sick instance is hidden from everybody by one retry; at every
// moment at least five of eight instances are sound, so that no good request need ever be lost. The last five seconds
// of a round are calm: what has healed must come back.

import type { Fault, ScriptLine } from 'hale/testing';

export const INSTANCE_IDS: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
export const ROUND_MS = 30_000;

interface Incident {
  readonly at: number;
  readonly until: number;
  /** Index into INSTANCE_IDS in the first round of seed 0. */
  readonly who: number;
  readonly fault: Fault;
}

const ROUND: readonly Incident[] = [
  { at: 2, until: 9, who: 1, fault: { name: 'refuse' } },
  { at: 4, until: 11, who: 2, fault: { name: 'brownout', share: 0.5 } },
  { at: 10, until: 16, who: 4, fault: { name: 'slow', factor: 20 } },
  { at: 13, until: 19, who: 5, fault: { name: 'flapping', periodMs: 2000, downShare: 0.5 } },
  { at: 15, until: 19, who: 6, fault: { name: 'resets', everyMs: 500 } },
  { at: 19, until: 25, who: 7, fault: { name: 'sinkhole', status: 500 } },
  { at: 20, until: 25, who: 0, fault: { name: 'refuse' } },
];

/**
 * The script for so many milliseconds. Each round begins three instances further, so that everyone has a turn; the seed
 * (a whole number from 0) decides with whom the first begins.
 */
export function demoScript(lengthMs: number, seed: number): ScriptLine[] {
  const lines: ScriptLine[] = [{ at: 0, until: Infinity, instance: '*', fault: { name: 'poison', by: 'error' } }];
  for (let round = 0; round * ROUND_MS < lengthMs; round++) {
    for (const { at, until, who, fault } of ROUND) {
      const instance = INSTANCE_IDS[(who + 3 * round + seed) % INSTANCE_IDS.length];
      lines.push({ at: round * ROUND_MS + at * 1000, until: round * ROUND_MS + until * 1000, instance, fault });
    }
  }
  return lines;
}
