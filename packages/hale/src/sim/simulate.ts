// One run: a scenario, a policy, a seed, on a clock of its own. Synchronous; the same arguments give the same run.

import type { Clock, VirtualClock } from '../core/kernel/index.ts';
import { seededRandom, virtualClock } from '../core/kernel/index.ts';
import type { Log } from './log.ts';
import type { MakePolicy, Policy } from './policy.ts';
import type { Scenario } from './scenario.ts';
import { Callers, Instance } from './world/index.ts';

/** The last requests are given this long to be answered. */
const DRAIN_MS = 10_000;

export interface Watch {
  readonly everyMs: number;
  /** Called from 0 on, before anything of that moment has happened. */
  look(now: number, policies: readonly Policy[]): void;
}

/** Runs it to its end. `watch` looks at the policies' beliefs in passing, and changes nothing of the run. */
export function simulate(scenario: Scenario, make: MakePolicy, seed: number, log: Log, watch?: Watch): void {
  const clock = virtualClock();
  // Chance in streams of their own: what one policy draws must not change what the next one meets.
  const stream = (name: string): (() => number) => seededRandom(`${seed} ${name}`);
  const balancersClock = stepped(clock, scenario);
  const fleet = Array.from(
    { length: scenario.fleet.instances },
    (_, place) => new Instance(place, scenario.fleet, scenario.script, clock, stream(`instance ${place}`)),
  );
  const policies = Array.from({ length: scenario.balancers }, (_, balancer) =>
    make({
      scenario,
      clock: balancersClock,
      trueNow: () => clock.now(),
      random: stream(`balancer ${balancer}`),
      onEject: (instance, reason) => log.ejected(balancer, instance, reason, clock.now()),
    }),
  );
  if (scenario.checkEveryMs > 0)
    for (const policy of policies) policy.startChecks?.((instance) => fleet[instance].passesCheck());
  if (watch) startWatch(clock, scenario.lengthMs, watch, policies);
  new Callers({ scenario, clock, balancersClock, fleet, policies, log }, stream('callers')).start();
  clock.runUntil(scenario.lengthMs + DRAIN_MS);
}

// The clock that balancers read. Its steps are the machine's (a pause of the virtual machine, a laptop that slept): time
// passes that nobody saw. Delays are still of true time.
function stepped(clock: VirtualClock, { clockSteps = [] }: Scenario): Clock {
  if (clockSteps.length === 0) return clock;
  return {
    now() {
      const now = clock.now();
      let stepped = now;
      for (const { atMs, byMs } of clockSteps) if (atMs <= now) stepped += byMs;
      return stepped;
    },
    schedule: (delayMs, run) => clock.schedule(delayMs, run),
  };
}

function startWatch(clock: VirtualClock, lengthMs: number, watch: Watch, policies: readonly Policy[]): void {
  const look = (): void => {
    watch.look(clock.now(), policies);
    if (clock.now() + watch.everyMs < lengthMs) clock.schedule(watch.everyMs, look);
  };
  clock.schedule(0, look);
}
