// A run that ends: each key may be within its range, and all of them together still ask for years.
//
// What takes time are events, so these are bounded: requests, checks, and connections that break. 50 million of a kind are
// about ten minutes of work. What takes memory is for memory.ts, whose bound whoever runs it may set.

import { nextBreak } from '../../faults/index.ts';
import type { ScriptLine } from '../../faults/index.ts';
import type { Scenario } from '../scenario.ts';
import { expectedRequests } from '../world/index.ts';
import type { Report } from './rules.ts';

const MOST_EVENTS = 50e6;
/** Lines of the script, counted once for each instance that they mean. Each instance keeps its own. */
const MOST_MEANT = 1e6;

/** Undefined values make NaN, which is above no bound. */
export function checkSize({ load, lengthMs, checkEveryMs, balancers, fleet, script }: Scenario, report: Report): void {
  const requests = expectedRequests(load, lengthMs);
  if (requests > MOST_EVENTS) report([['load'], ['lengthMs']], atMost(MOST_EVENTS, 'requests in all', requests));

  const checks = checkEveryMs > 0 ? (balancers * fleet.instances * lengthMs) / checkEveryMs : 0;
  if (checks > MOST_EVENTS)
    report(
      [['checkEveryMs'], ['fleet', 'instances'], ['balancers'], ['lengthMs']],
      atMost(MOST_EVENTS, 'checks in all', checks),
    );

  const meant = script.reduce((sum, line) => sum + meantBy(line, fleet.instances), 0);
  if (meant > MOST_MEANT)
    report([['script'], ['fleet', 'instances']], atMost(MOST_MEANT, 'faults of single instances', meant));

  const breaks = script.reduce((sum, line) => sum + breaksOf(line, lengthMs) * meantBy(line, fleet.instances), 0);
  if (breaks > MOST_EVENTS)
    report([['script'], ['fleet', 'instances'], ['lengthMs']], atMost(MOST_EVENTS, 'breaks of connections', breaks));
}

function meantBy({ instance }: ScriptLine, instances: number): number {
  return instance === '*' ? instances : 1;
}

// Read off the catalogue: the distance of the first two is the period.
function breaksOf({ fault, at, until }: ScriptLine, lengthMs: number): number {
  // What was refused has no name; then it breaks nothing.
  if (fault?.name === undefined) return 0;
  const first = nextBreak([{ fault, since: 0 }], 0);
  const second = nextBreak([{ fault, since: 0 }], first + 1);
  return second === Infinity ? 1 : Math.max(0, Math.min(until, lengthMs) - at) / (second - first);
}

function atMost(bound: number, what: string, count: number): string {
  return `at most ${bound} ${what}, which would be ${Math.round(count)}`;
}
