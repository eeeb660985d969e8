// A script of faults as spans under a chart: one instance's, within the run, and no more of them than there are steps.
//
// A fault that returns within a step of its end is drawn as one that went on: at that scale nobody could see the gap, and
// a script that was repeated ten thousand times stays small.

import type { FaultScript } from '../../faults/index.ts';
import { describeFault } from '../../faults/index.ts';

export interface FaultSpan {
  readonly fromMs: number;
  /** At most the length of the run. */
  readonly untilMs: number;
  /** In a few words, such as `slow x10`. */
  readonly label: string;
}

/** In the order that they begin in. */
export function faultSpans(script: FaultScript, instance: number, lengthMs: number, stepMs: number): FaultSpan[] {
  const spans: { fromMs: number; untilMs: number; label: string }[] = [];
  const last = new Map<string, (typeof spans)[number]>();
  const lines = script.filter((line) => line.instance === '*' || line.instance === String(instance));
  for (const { at, until, fault } of lines.sort((a, b) => a.at - b.at)) {
    const untilMs = Math.min(until, lengthMs);
    if (!(at < untilMs)) continue;
    const label = describeFault(fault);
    const before = last.get(label);
    if (before !== undefined && at - before.untilMs < stepMs) {
      before.untilMs = Math.max(before.untilMs, untilMs);
    } else {
      const span = { fromMs: at, untilMs, label };
      spans.push(span);
      last.set(label, span);
    }
  }
  return spans;
}

/** All instances of a fleet by number, those first that the script names. */
export function faultyFirst(script: FaultScript, instances: number): number[] {
  const named = new Set(script.map(({ instance }) => instance));
  const all = Array.from({ length: instances }, (_, instance) => instance);
  const isNamed = (instance: number): boolean => named.has(String(instance));
  return [...all.filter(isNamed), ...all.filter((instance) => !isNamed(instance))];
}
