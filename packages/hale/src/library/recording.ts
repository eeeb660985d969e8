// From what the engine tells of each outcome to what a record is given: with the name of the service, and the wall clock's time.
//
// The engine knows monotonic time only, which means nothing in another process. So the distance of the two clocks is measured
// once a second, and taken over when it has moved by more than a twentieth of a second: the wall clock was set, or the machine
// has slept. Not each time: a wall clock counts whole milliseconds, and lines that follow each other would change their
// order. A clock that a program brings itself may run at a speed of its own, so there the first distance stands.

import type { OutcomeRecord } from '../adapters/record/index.ts';
import type { OutcomeTap } from '../core/engine/index.ts';
import type { Clock } from '../core/kernel/index.ts';
import { monotonicClock } from '../core/kernel/index.ts';

/** What the engine of a service tells its outcomes to; undefined when nobody records. */
export type TapOf = (service: string) => OutcomeTap | undefined;

export function recording(record: OutcomeRecord | undefined, clock: Clock): TapOf {
  if (record === undefined) return () => undefined;
  const wallTime = wallTimeOf(clock === monotonicClock);
  return (service) => (instance, outcome, cause, latencyMs, source, now) =>
    record.write({
      time: wallTime(now),
      service,
      instance,
      outcome,
      ...(cause !== undefined && { cause }),
      ...(latencyMs !== undefined && { latencyMs }),
      source,
    });
}

const MEASURED_EVERY_MS = 1000;
const MOST_APART_MS = 50;

/** UNIX time of a moment of the engine's clock. */
export function wallTimeOf(follows: boolean, wallClock: () => number = Date.now): (now: number) => number {
  let measuredAt = NaN;
  let distance = 0;
  return (now) => {
    const isFirst = Number.isNaN(measuredAt);
    if (isFirst || (follows && now - measuredAt >= MEASURED_EVERY_MS)) {
      const measured = wallClock() - now;
      if (isFirst || Math.abs(measured - distance) > MOST_APART_MS) distance = measured;
      measuredAt = now;
    }
    return distance + now;
  };
}
