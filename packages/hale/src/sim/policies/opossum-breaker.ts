// One opossum breaker in front of each instance, and round robin over those that admit: what a Node program has that puts
// a circuit breaker around each upstream's client.
//
// Round robin, since opossum itself chooses nobody. When all are open the request is refused, as `fire` would. Every failure
// counts, as a rejected promise does; a request that its caller withdrew is filtered, which opossum counts as a success
// (`errorFilter`), and which may close a half-open breaker. Its own time-out of 10 s is not played: callers give up sooner.

import type { PolicyEntry } from '../policy.ts';
import { RollingBreaker } from './rolling-breaker.ts';

export const opossumBreaker: PolicyEntry = {
  name: 'opossum',
  doc: 'round robin over breakers: open for 30 s when more than half of 10 s failed, then one trial',
  source: 'nodeshift/opossum 9.0.0, lib/circuit.js:981, lib/status.js',
  make({ scenario, clock, onEject }) {
    const { instances } = scenario.fleet;
    const breakers = Array.from({ length: instances }, () => new RollingBreaker(clock.now()));
    let next = 0;

    // The next that admits; one that was tried only where nobody else does.
    const choose = (now: number, tried: readonly number[]): number | undefined => {
      let spare: number | undefined;
      for (let looks = 0; looks < instances; looks++) {
        const at = next;
        next = (next + 1) % instances;
        if (!breakers[at].admits(now)) continue;
        if (!tried.includes(at)) return at;
        spare ??= at;
      }
      return spare;
    };

    return {
      pick({ now, tried }) {
        const instance = choose(now, tried);
        if (instance === undefined) return undefined;
        const breaker = breakers[instance];
        breaker.sent(now);
        return {
          instance,
          ended(ending, at) {
            if (ending === 'good' || ending === 'ignored') breaker.succeeded(at);
            else if (breaker.failed(at)) onEject(instance, 'failure-share');
          },
        };
      },
      look: (instance) => ({
        score: 1 - breakers[instance].failures,
        circuit: breakers[instance].circuit(clock.now()),
      }),
    };
  },
};
