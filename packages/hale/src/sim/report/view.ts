// What every picture of a timeline asks of it, on a terminal or on a page: shares, runs of one circuit, whom to show first.

import type { Circuit } from '../../core/model/index.ts';
import type { InstanceTimeline, Timeline } from '../measures/index.ts';

/** Its share of the attempts, [0,1], for each step; null where nobody was sent any. */
export function sharesOf({ attempts: all }: Timeline, { attempts }: InstanceTimeline): (number | null)[] {
  return attempts.map((own, step) => (all[step] > 0 ? own / all[step] : null));
}

export interface CircuitSpan {
  readonly circuit: Circuit;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** When the circuit was open or half-open, as it was seen at the start of each step. */
export function circuitSpans({ stepMs, lengthMs }: Timeline, { beliefs }: InstanceTimeline): CircuitSpan[] {
  const circuits = beliefs?.circuit ?? [];
  const spans: CircuitSpan[] = [];
  for (let step = 0; step < circuits.length;) {
    const from = step;
    const circuit = circuits[from];
    while (step < circuits.length && circuits[step] === circuit) step++;
    if (circuit !== 'closed')
      spans.push({ circuit, fromMs: from * stepMs, untilMs: Math.min(step * stepMs, lengthMs) });
  }
  return spans;
}

/** How long its circuit was not closed, in ms. */
export function outMs(timeline: Timeline, instance: InstanceTimeline): number {
  return circuitSpans(timeline, instance).reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0);
}

export function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** The largest of the values, 0 of none. A spread into `Math.max` would do, were there no limit to its arguments. */
export function largest(values: Iterable<number | null>): number {
  let most = 0;
  for (const value of values) if (value !== null && value > most) most = value;
  return most;
}

/**
 * Worst first: whose fault is its own, whose circuit was open for longest, who failed most; then by number. A fault that
 * everybody has distinguishes nobody.
 */
export function worstFirst(timeline: Timeline): InstanceTimeline[] {
  const { instances } = timeline;
  const everybody = instances.every(({ faults }) => faults.length > 0);
  const rank = new Map(
    instances.map((one) => [
      one,
      [!everybody && one.faults.length > 0 ? 1 : 0, outMs(timeline, one), sum(one.failed), -one.instance],
    ]),
  );
  return [...instances].sort((a, b) => {
    const [of, to] = [rank.get(a)!, rank.get(b)!];
    const first = of.findIndex((value, at) => value !== to[at]);
    return first < 0 ? 0 : to[first] - of[first];
  });
}
