// gRPC's outlier detection over round robin: every ten seconds the interval's calls are counted up, instances that stand out
// are ejected, and those whose time is up return.
//
// Both of its algorithms are on, with the published defaults: success rate (worse than the mean by 1.9 standard
// deviations; five instances with 100 calls each) and failure percentage (more than 85 %; five with 50 each). At most 10 %
// are out at once, though always one. It is blind between two sweeps and below its volumes: an instance that gets 4
// requests a second is never judged.
//
// As a gRPC client maps results: all but OK are failures. A call that its own caller cancelled is counted as neither, which
// is kinder than grpc-js (it counts every status but OK). Round robin goes on past what failed this request before.
//
// Source: gRFC A50 (grpc/proposal, A50-xds-outlier-detection.md, «Outlier Detection Behavior»), in grpc-outliers.ts; the
// same as grpc-js 1.13.4, packages/grpc-js/src/load-balancer-outlier-detection.ts. The gRFC's text of the
// percentage (more than the threshold) goes before its configuration comment (at least).

import { OutlierDetection } from './grpc-outliers.ts';
import type { PolicyEntry } from '../policy.ts';

const INTERVAL_MS = 10_000;

export const grpcA50: PolicyEntry = {
  name: 'grpc-a50',
  doc: 'round robin; every 10 s outliers by success rate or failure share are ejected, at most a tenth of the fleet',
  source: 'grpc/proposal A50-xds-outlier-detection.md, "Outlier Detection Behavior"',
  make({ scenario, clock, random, onEject }) {
    const { instances } = scenario.fleet;
    const outliers = new OutlierDetection(instances, onEject);
    const sweep = (): void => {
      outliers.sweep(clock.now());
      clock.schedule(INTERVAL_MS, sweep);
    };
    // At a chance moment of the interval: scenarios begin their faults at whole tens of seconds, balancers do not.
    clock.schedule(INTERVAL_MS * random(), sweep);
    let next = Math.floor(random() * instances);

    // The next that is not ejected; one that was tried only where nobody else is left.
    const choose = (tried: readonly number[]): number | undefined => {
      let spare: number | undefined;
      for (let looks = 0; looks < instances; looks++) {
        const at = next;
        next = (next + 1) % instances;
        if (outliers.isEjected(at)) continue;
        if (!tried.includes(at)) return at;
        spare ??= at;
      }
      return spare;
    };

    return {
      pick({ tried }) {
        const instance = choose(tried);
        if (instance === undefined) return undefined;
        return {
          instance,
          ended(ending) {
            if (ending !== 'ignored') outliers.count(instance, ending === 'good');
          },
        };
      },
      look: (instance) => ({
        score: outliers.rate(instance),
        circuit: outliers.isEjected(instance) ? 'open' : 'closed',
      }),
    };
  },
};
