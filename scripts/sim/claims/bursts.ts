// A connection that is lost with all its requests is one event and trips nothing; as many failures one after the other as the
// threshold says are as many events and trip.

import type { ClaimGroup } from './claim.ts';
import { column, sum } from './claim.ts';
import { stageOf } from './stage.ts';
import type { Stage } from './stage.ts';

const INSTANCES = 8;
const OTHERS = [1, 2, 3, 4, 5, 6, 7];
const BURST = 50;
const THRESHOLD = 5;

export const bursts: ClaimGroup = {
  name: 'bursts',
  sample: (seed) => ({
    'cold burst': burst(stageOf(INSTANCES, seed)),
    burst: burst(warmed(seed)),
    'failures to trip': failuresToTrip(warmed(seed)),
  }),
  judge(samples) {
    const trips = sum(column(samples, 'burst')) + sum(column(samples, 'cold burst'));
    const failures = column(samples, 'failures to trip');
    return [
      {
        claim: `${BURST} resets on one lost connection: trips`,
        measured: `${trips} over all seeds, at once and after 1,000 good outcomes`,
        asked: 'none',
        kept: trips === 0,
      },
      {
        claim: 'real failures, one after the other: trips at',
        measured: `${Math.min(...failures)} to ${Math.max(...failures)}`,
        asked: `${THRESHOLD}`,
        kept: failures.every((count) => count === THRESHOLD),
      },
    ];
  },
};

// All of them granted to one instance before any ends, as they are on one connection.
function burst({ policy, clock, ejected }: Stage): number {
  const grants = Array.from({ length: BURST }, () => askFirst(policy, clock.now()));
  clock.runUntil(clock.now() + 5);
  for (const grant of grants) grant.ended('reset', clock.now());
  return ejected.length;
}

function failuresToTrip({ policy, clock, ejected }: Stage): number {
  for (let failures = 1; failures <= BURST; failures++) {
    const grant = askFirst(policy, clock.now());
    clock.runUntil(clock.now() + 5);
    grant.ended('server-error', clock.now());
    if (ejected.includes(0)) return failures;
  }
  return Infinity;
}

function warmed(seed: number): Stage {
  const stage = stageOf(INSTANCES, seed);
  const { policy, clock } = stage;
  for (let outcome = 0; outcome < 1000; outcome++) {
    const grant = policy.pick({ now: clock.now(), replayable: true, tried: [] })!;
    clock.runUntil(clock.now() + 3);
    grant.ended('good', clock.now());
  }
  return stage;
}

// The first instance, since all others were tried.
function askFirst(policy: Stage['policy'], now: number): NonNullable<ReturnType<Stage['policy']['pick']>> {
  const grant = policy.pick({ now, replayable: false, tried: OTHERS });
  if (grant?.instance !== 0) throw new Error('the first instance was not asked');
  return grant;
}
