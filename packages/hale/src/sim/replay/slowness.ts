// How fast each instance is when it is well, and when it was slow.
//
// Latencies are compared by their logarithm: a fault multiplies, and a long right tail becomes an ordinary one. Good answers
// of an instance are cut into windows of 20 or of 5 s, whichever is sooner, and windows into stretches of one level
// (segments.ts). The variance is that of the windows' means from one to the next, if it is more than latencies vary within
// a window: where requests queue, neighbours are slow together, and that is no fault. The level of a sound instance is the one that it
// was at or below for a quarter of its time, and of all that is less than 1.5 times that; a level from there on is slow.
//
// The level is the instance's own, not the fleet's at that moment, so that a slowness that all share is seen as well.
// Where it fails: an instance that was slow for three quarters of the record is taken for slow by nature, which is the same
// to whoever replays it. A drift comes out as a step or two. A share of slow answers (`gray`) is seen as their mean.

import type { History } from './histories.ts';
import { medianOf } from './histories.ts';
import { cutPenalty, stretchesOf } from './segments.ts';

export interface SlowSpan {
  readonly at: number;
  readonly until: number;
  readonly factor: number;
}

export interface Pace {
  /** Mean logarithm of its good latencies (ms) when it is well; undefined: it never answered. */
  readonly level: number | undefined;
  readonly slow: readonly SlowSpan[];
  /** Logarithms of the good latencies outside of the slow spans. */
  readonly calm: readonly number[];
}

const WINDOW_SAMPLES = 20;
const WINDOW_MS = 5000;
const SLOW = Math.log(1.5);
/** Fewer good answers than this show no slowness. */
const LEAST_SAMPLES = 3;
/** A queue of a moment is no fault. */
const LEAST_MS_SLOW = 1000;
/** Slow levels in a row that are nearer than this are one: what queues up behind slow work wavers. */
const SAME = Math.log(2);
/** Latencies below are not told apart, as in the engine. */
const LEAST_MS = 0.05;
const LEAST_VARIANCE = 0.05 ** 2;
/** Of |x| where x is normal. */
const SIGMAS_PER_MEDIAN = 1.4826;

interface Sample {
  readonly at: number;
  readonly log: number;
}

interface Level {
  readonly samples: readonly Sample[];
  readonly mean: number;
}

export function paceOf({ attempts }: History): Pace {
  const samples = attempts
    .filter(({ result, hasLatency }) => result === 'good' && hasLatency)
    .map(({ start, end }) => ({ at: start, log: Math.log(Math.max(LEAST_MS, end - start)) }));
  if (samples.length === 0) return { level: undefined, slow: [], calm: [] };
  const levels = levelsOf(samples);
  const least = lowerQuartile(levels);
  const calm = levels.filter(({ mean }) => mean < least + SLOW).flatMap((level) => level.samples.map(({ log }) => log));
  const level = meanOf(calm);
  const slow: SlowSpan[] = [];
  let open: Level | undefined;
  const close = (until: number): void => {
    if (open === undefined) return;
    const at = open.samples[0].at;
    if (open.samples.length >= LEAST_SAMPLES && until - at >= LEAST_MS_SLOW)
      slow.push({ at, until, factor: Math.exp(open.mean - level) });
    open = undefined;
  };
  for (const next of levels) {
    const isSlow = next.mean >= Math.max(least, level) + SLOW;
    if (open !== undefined && isSlow && Math.abs(next.mean - open.mean) < SAME) {
      open = levelOf([...open.samples, ...next.samples]);
      continue;
    }
    close(next.samples[0].at);
    if (isSlow) open = next;
  }
  close(Infinity);
  return { level, slow, calm };
}

/** The level of the fleet: the median of its instances'; undefined: nobody answered. */
export function fleetLevel(paces: readonly Pace[]): number | undefined {
  return medianOf(paces.flatMap(({ level }) => level ?? []));
}

function levelsOf(samples: readonly Sample[]): Level[] {
  const windows = windowsOf(samples);
  const variance = varianceOf(windows);
  const sums = new Float64Array(windows.length * 2);
  windows.forEach((window, index) => {
    sums[2 * index] = window.length;
    sums[2 * index + 1] = window.reduce((sum, { log }) => sum + log, 0);
  });
  // Of a normal distribution around the block's mean; the squares themselves do not change when blocks are joined.
  const cost = (of: Float64Array, at: number): number => -(of[at + 1] ** 2) / (2 * variance * of[at]);
  const cuts = stretchesOf({ sums, width: 2, cost }, cutPenalty(samples.length));
  const levels = cuts.map((first, index) => levelOf(windows.slice(first, cuts[index + 1]).flat()));
  for (let index = 1; index < levels.length; index++)
    [levels[index - 1], levels[index]] = sharpened(levels[index - 1], levels[index]);
  return levels;
}

// The window in which a change falls holds both sides of it: the cut is moved by at most a window to where it fits best.
function sharpened(before: Level, after: Level): [Level, Level] {
  const reach = Math.min(before.samples.length, after.samples.length, 2 * WINDOW_SAMPLES) - 1;
  const all = [...before.samples, ...after.samples];
  const middle = before.samples.length;
  let best = middle;
  let bestGain = 0;
  for (const step of [-1, 1]) {
    let gain = 0;
    for (let moved = 1; moved <= reach; moved++) {
      const { log } = all[step > 0 ? middle + moved - 1 : middle - moved];
      gain += step * ((log - after.mean) ** 2 - (log - before.mean) ** 2);
      if (gain > bestGain) {
        bestGain = gain;
        best = middle + step * moved;
      }
    }
  }
  return [levelOf(all.slice(0, best)), levelOf(all.slice(best))];
}

function windowsOf(samples: readonly Sample[]): Sample[][] {
  const windows: Sample[][] = [];
  let open: Sample[] = [];
  for (const sample of samples) {
    if (open.length >= WINDOW_SAMPLES || (open.length > 0 && sample.at - open[0].at > WINDOW_MS)) {
      windows.push(open);
      open = [];
    }
    open.push(sample);
  }
  windows.push(open);
  return windows;
}

function varianceOf(windows: readonly (readonly Sample[])[]): number {
  const means = windows.map((window) => meanOf(window.map(({ log }) => log)));
  let squares = 0;
  let freedom = 0;
  const steps: number[] = [];
  windows.forEach((window, index) => {
    for (const { log } of window) squares += (log - means[index]) ** 2;
    freedom += window.length - 1;
    if (index === 0) return;
    // Of a mean of n, brought to that of one; a difference has the variance of both.
    const before = windows[index - 1];
    steps.push(Math.abs(means[index] - means[index - 1]) / Math.sqrt(1 / window.length + 1 / before.length));
  });
  // Windows of one say nothing of it: an ordinary spread of service times then.
  const within = freedom > 0 ? squares / freedom : 0.25;
  // By the median, which the few steps that are faults do not move.
  const between = (SIGMAS_PER_MEDIAN * (medianOf(steps) ?? 0)) ** 2;
  return Math.max(LEAST_VARIANCE, within, between);
}

function lowerQuartile(levels: readonly Level[]): number {
  const first = levels[0].samples[0].at;
  const last = levels[levels.length - 1].samples.at(-1)!.at;
  const byMean = levels
    .map(({ samples, mean }, index) => ({
      mean,
      length: (levels[index + 1]?.samples[0].at ?? last) - samples[0].at,
    }))
    .sort((a, b) => a.mean - b.mean);
  let left = (last - first) / 4;
  for (const { mean, length } of byMean) {
    left -= length;
    if (left <= 0) return mean;
  }
  return byMean[0].mean;
}

function levelOf(samples: readonly Sample[]): Level {
  return { samples, mean: meanOf(samples.map(({ log }) => log)) };
}

function meanOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
