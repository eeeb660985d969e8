// The end as one JSON object, for scripts.

import { INSTANCE_IDS } from './demo-script.ts';
import type { Tally } from './threads.ts';
import type { DemoView } from './view.ts';

export interface DemoReport {
  /** How long it ran. */
  readonly seconds: number;
  readonly seed: number;
  /** Requests a second for each policy. */
  readonly rate: number;
  readonly instances: number;
  /** hale lost no good request while a sound instance existed. */
  readonly ok: boolean;
  /** hale first. `lostShare` in [0,1]. */
  readonly policies: readonly (Omit<Tally, 'inFlight'> & { readonly lostShare: number })[];
}

export function report({ elapsedMs, seed, rate, tallies }: DemoView): DemoReport {
  return {
    seconds: Math.round(elapsedMs / 100) / 10,
    seed,
    rate,
    instances: INSTANCE_IDS.length,
    ok: (tallies[0]?.lostWhileSound ?? 0) === 0,
    policies: tallies.map(({ inFlight: _, ...tally }) => ({
      ...tally,
      p50Ms: rounded(tally.p50Ms),
      p99Ms: rounded(tally.p99Ms),
      lostShare: tally.requests > 0 ? tally.lost / tally.requests : 0,
    })),
  };
}

// The percentiles are right to within 4 %; more digits would claim more.
function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 10) / 10;
}
