// Envoy: the less busy of two draws among the healthy, where the healthy are those that outlier detection
// (`envoy-outliers.ts`) and active checks leave in rotation; below 50 % healthy it panics and asks everybody.
//
// All as published but for the share of the fleet that may be out at once: `envoy10` is what one gets by switching detection
// on, `envoy50` is what is often set for a small fleet. With checks, a passed one brings an outlier back at once
// (`successful_active_health_check_uneject_host`, on by default): good for what a check sees, while an instance whose check
// passes and whose traffic fails is ejected and readmitted once a check interval.
//
// Errors of every origin count alike (`split_external_local_origin_errors` is off): a refused connection and a break as 503, a
// time-out as 504. A 429 is no 5xx and ends a run. A head that came counts as its status, a break after it once more. Envoy
// demands thresholds for its checks and has no default; three failed and two passed, as HAProxy's.
//
// Priorities and weights are not looked at: no measure rewards the first, and no scenario sets the second.
//
// Source: envoyproxy/envoy 1.31 and later: panic `isHostSetInPanic` in
// source/extensions/load_balancing_policies/common/load_balancer_impl.cc, default 50 in api/envoy/config/cluster/v3/
// cluster.proto; checks `handleSuccess` and `setUnhealthy` in health_checker_base_impl.cc.

import { checkEach } from './checks.ts';
import { INTERVAL_MS, OutlierDetector } from './envoy-outliers.ts';
import { leastRequest, untried } from './least-request.ts';
import type { Policy, PolicyEntry, Surroundings } from '../policy.ts';

const PANIC = 0.5;
const UNHEALTHY_THRESHOLD = 3;
const HEALTHY_THRESHOLD = 2;

export const envoy10: PolicyEntry = envoyWith(10);
export const envoy50: PolicyEntry = envoyWith(50);

function envoyWith(percent: number): PolicyEntry {
  return {
    name: `envoy${percent}`,
    doc: `Envoy: least request, outlier detection and checks, at most ${percent} % out`,
    source: 'envoyproxy/envoy 1.31 and later, source/common/upstream/outlier_detection_impl.cc',
    make: (surroundings) => envoyAt(surroundings, percent / 100),
  };
}

function envoyAt(surroundings: Surroundings, cap: number): Policy {
  const { scenario, clock, random, onEject } = surroundings;
  const { instances } = scenario.fleet;
  const inFlight = new Int32Array(instances);
  const checks = Array.from({ length: instances }, () => ({ passed: 0, failed: 0, isSick: false }));
  const everybody = checks.map((_, instance) => instance);
  let asked: readonly number[] = everybody;

  const isHealthy = (instance: number): boolean => !checks[instance].isSick && !outliers.isOut(instance);
  const refresh = (): void => {
    const healthy = everybody.filter(isHealthy);
    asked = healthy.length / instances < PANIC ? everybody : healthy;
  };
  const outliers = new OutlierDetector(instances, cap, {
    ejected(instance, reason) {
      if (!checks[instance].isSick) onEject(instance, reason);
      refresh();
    },
    readmitted: refresh,
  });
  const sweepLater = (delayMs: number): void => {
    clock.schedule(delayMs, () => {
      outliers.sweep(clock.now());
      sweepLater(INTERVAL_MS);
    });
  };
  // It was started at some moment, not at a multiple of ten seconds, which is where scenarios have their faults begin.
  sweepLater(random() * INTERVAL_MS);

  return {
    pick({ tried }) {
      const instance = leastRequest(untried(asked, tried), inFlight, random);
      inFlight[instance]++;
      let isHeaded = false;
      return {
        instance,
        responded(at) {
          isHeaded = true;
          outliers.record(instance, true, at);
        },
        ended(ending, at) {
          inFlight[instance]--;
          const isGood = ending === 'good' || ending === 'overload';
          if (ending !== 'ignored' && !(isGood && isHeaded)) outliers.record(instance, isGood, at);
        },
      };
    },
    startChecks(ask) {
      checkEach(surroundings, ask, (instance, passed, now) => {
        const check = checks[instance];
        const before = check.isSick;
        if (passed) {
          check.failed = 0;
          if (check.isSick && ++check.passed === HEALTHY_THRESHOLD) check.isSick = false;
          if (!check.isSick) outliers.readmit(instance, now);
        } else {
          check.passed = 0;
          if (!check.isSick && ++check.failed === UNHEALTHY_THRESHOLD) check.isSick = true;
        }
        if (check.isSick === before) return;
        if (check.isSick && !outliers.isOut(instance)) onEject(instance, 'checks');
        refresh();
      });
    },
    look: (instance) => (isHealthy(instance) ? { score: 1, circuit: 'closed' } : { score: 0, circuit: 'open' }),
  };
}
