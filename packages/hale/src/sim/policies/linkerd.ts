// linkerd: the better of two ready instances by peak-EWMA, and a breaker of consecutive failures for each.
//
// Not ready is what a breaker has shut, or has given its one request of a probation. When nobody is ready linkerd lets
// requests queue for three seconds and then answers 503; here they are refused at once, since a policy cannot wait. What
// failed this request before is passed over where another is ready, which linkerd's own retries do not do.
//
// Failures are what its classifier calls so: an answer of 500 and above, and errors, among them its own time-out, which is
// enforced below the classifier (linkerd/app/outbound/src/http/endpoint.rs:107). 429 is a success to it. A request that
// its caller gave up before the head came is not classified; latency is measured to the head.

import type { Ending } from '../request.ts';
import type { PolicyEntry } from '../policy.ts';
import { LinkerdBreaker } from './linkerd-breaker.ts';
import { PeakLatency } from './peak-latency.ts';
import { ReadyInstances } from './ready-instances.ts';

/** linkerd/app/outbound/src/http/logical/profile.rs:47. */
const DEFAULT_LATENCY_MS = 30;
const DECAY_MS = 10_000;

export const linkerd: PolicyEntry = {
  name: 'linkerd',
  doc: 'the better of two by peak-EWMA; seven failures in a row shut an instance for 1 s to 60 s',
  source:
    'linkerd2-proxy v2.366.0, linkerd/app/outbound/src/http/breaker/consecutive_failures.rs:43; linkerd/pool/p2c/src/lib.rs:90',
  make({ scenario, clock, random, onEject }) {
    const { instances } = scenario.fleet;
    const ready = new ReadyInstances(instances);
    const latencies = Array.from(
      { length: instances },
      () => new PeakLatency(DEFAULT_LATENCY_MS, DECAY_MS, clock.now()),
    );
    const breakers = Array.from(
      { length: instances },
      (_, instance) =>
        new LinkerdBreaker(clock, random, {
          open: () => ready.add(instance),
          shut: () => ready.remove(instance),
        }),
    );

    const choose = (now: number, tried: readonly number[]): number | undefined => {
      const first = ready.draw(tried, random) ?? ready.draw([], random);
      if (first === undefined) return undefined;
      const second = ready.draw([...tried, first], random) ?? first;
      return latencies[first].load(now) <= latencies[second].load(now) ? first : second;
    };

    return {
      pick({ now, tried }) {
        const instance = choose(now, tried);
        if (instance === undefined) return undefined;
        const latency = latencies[instance];
        const breaker = breakers[instance];
        const isOnProbation = breaker.sent();
        latency.started();
        let hasHead = false;
        const responded = (at: number): void => {
          if (hasHead) return;
          hasHead = true;
          latency.finished(at - now, at);
        };
        return {
          instance,
          responded,
          ended(ending, at) {
            const isUnclassified = ending === 'ignored' && !hasHead;
            responded(at);
            if (isUnclassified) {
              if (isOnProbation) breaker.unanswered();
            } else if (breaker.answered(isSuccess(ending))) onEject(instance, 'consecutive-failures');
          },
        };
      },
      look: (instance) => {
        const { circuit } = breakers[instance];
        return { score: circuit === 'closed' ? 1 : 0, circuit };
      },
    };
  },
};

function isSuccess(ending: Ending): boolean {
  return ending === 'good' || ending === 'overload' || ending === 'ignored';
}
