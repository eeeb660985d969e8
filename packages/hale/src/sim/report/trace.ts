// One run with its figures and its timeline, which is what a picture is drawn from.

import type { Figures, Timeline } from '../measures/index.ts';
import { RunRecord, TimelineRecord } from '../measures/index.ts';
import type { Log } from '../log.ts';
import type { PolicyEntry } from '../policy.ts';
import type { Scenario } from '../scenario.ts';
import { simulate } from '../simulate.ts';

export interface Trace {
  readonly figures: Figures;
  readonly timeline: Timeline;
}

/** Runs it once. The figures are those of `measure`: that somebody looks changes nothing of the run. */
export function trace(scenario: Scenario, policy: PolicyEntry, seed: number): Trace {
  const record = new RunRecord(scenario);
  const timeline = new TimelineRecord(scenario, policy.name, seed);
  simulate(scenario, policy.make, seed, both(record, timeline), timeline);
  return { figures: record.figures(), timeline: timeline.timeline() };
}

function both(one: Log, other: Log): Log {
  return {
    sent(instance, now, isExtra) {
      one.sent(instance, now, isExtra);
      other.sent(instance, now, isExtra);
    },
    attemptEnded(instance, isGood, now) {
      one.attemptEnded?.(instance, isGood, now);
      other.attemptEnded?.(instance, isGood, now);
    },
    headed(request, now) {
      one.headed(request, now);
      other.headed(request, now);
    },
    ended(request, isGood, now) {
      one.ended(request, isGood, now);
      other.ended(request, isGood, now);
    },
    ejected(balancer, instance, reason, now) {
      one.ejected(balancer, instance, reason, now);
      other.ejected(balancer, instance, reason, now);
    },
  };
}
