// What callers say while a request is under way, taken as far as it makes sense. Types do not hold at run time, and a
// wrong word must not throw where a request pays for it: a BigInt in an addition, a Symbol in a comparison or a Date taken
// for a time would. What is no number is as if not said.

import type { Outcome } from '../model/index.ts';

/** A number, NaN included (which says "no sample"), or undefined. */
export function numberGiven(value: number | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** A number of milliseconds from 0 to Infinity, or undefined. */
export function durationGiven(value: number | undefined): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

/** A moment: a finite number, or undefined. */
export function momentGiven(value: number | undefined): number | undefined {
  return typeof value === 'number' && value - value === 0 ? value : undefined;
}

/** Load of a request, a whole number from 1 to 1000; what is none is 1, so that what is in flight stays whole. */
export function costGiven(cost: number | undefined): number {
  return typeof cost !== 'number' || !(cost >= 1) ? 1 : Math.min(1000, Math.floor(cost));
}

/** Is it an outcome, as far as its kind says? */
export function isOutcome(value: unknown): value is Outcome {
  const kind = typeof value === 'object' && value !== null ? (value as Partial<Outcome>).kind : undefined;
  return kind === 'success' || kind === 'failure' || kind === 'ignored';
}

/** Do the options name a moment? */
export function hasMoment(
  options: { readonly now?: number | undefined } | null | undefined,
): options is { readonly now: number } {
  return (
    options !== undefined && options !== null && typeof options.now === 'number' && options.now - options.now === 0
  );
}

/** Do the options name a latency, NaN ("no sample") included? */
export function hasLatency(
  options: { readonly latencyMs?: number | undefined } | null | undefined,
): options is { readonly latencyMs: number } {
  return options !== undefined && options !== null && typeof options.latencyMs === 'number';
}
