// The oracle, told late: what is asked of a policy that has to find a fault out is not what one does that knows it.
//
// It reads the script as it stood `delayMs` ago, and is the oracle in everything else. So it loses what arrives at an instance
// before anybody could know, and what it loses beyond that it could not have helped: the floor for a policy that detects
// as quickly. It hears of an end just as late, which costs it no request.
//
// Where it fails: a fault that comes and goes quicker than the delay (flapping) is told upside down.

import type { PolicyEntry } from '../policy.ts';
import { oracle } from './oracle.ts';

/** Knows each fault from `delayMs` after its onset; 0 is the oracle itself. */
export function oracleAfter(delayMs: number): PolicyEntry {
  return {
    name: `oracle-after-${delayMs}`,
    doc: `knows the faults ${delayMs} ms late`,
    source: oracle.source,
    make: (surroundings) => oracle.make({ ...surroundings, trueNow: () => surroundings.trueNow() - delayMs }),
  };
}
