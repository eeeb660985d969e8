// The sweep of gRFC A50: count up the interval, judge success rates, judge failure shares, then let return whose time is up.
// grpc-a50.ts says when it is called.
//
// Source: grpc/proposal A50-xds-outlier-detection.md, «Outlier Detection Behavior», «Success Rate Algorithm», «Failure
// Percentage Algorithm».

import type { Surroundings } from '../policy.ts';

const BASE_EJECTION_MS = 30_000;
const LONGEST_EJECTION_MS = 300_000;
/** A share of the fleet. */
const MOST_EJECTED = 0.1;
const SUCCESS_RATE = { deviations: 1.9, leastInstances: 5, leastCalls: 100 };
const FAILURE_SHARE = { threshold: 0.85, leastInstances: 5, leastCalls: 50 };

export class OutlierDetection {
  readonly #onEject: Surroundings['onEject'];
  readonly #calls: Calls[];
  #ejected = 0;

  constructor(instances: number, onEject: Surroundings['onEject']) {
    this.#onEject = onEject;
    this.#calls = Array.from({ length: instances }, () => ({
      good: 0,
      all: 0,
      lastGood: 0,
      lastAll: 0,
      ejectedAt: NOT,
      times: 0,
    }));
  }

  count(instance: number, isGood: boolean): void {
    this.#calls[instance].all++;
    if (isGood) this.#calls[instance].good++;
  }

  isEjected(instance: number): boolean {
    return this.#calls[instance].ejectedAt !== NOT;
  }

  /** Share of good calls in the last interval; 1 where there were none. */
  rate(instance: number): number {
    const { lastGood, lastAll } = this.#calls[instance];
    return lastAll > 0 ? lastGood / lastAll : 1;
  }

  /** The five steps of the gRFC's timer, in this order. */
  sweep(now: number): void {
    for (const calls of this.#calls) {
      calls.lastGood = calls.good;
      calls.lastAll = calls.all;
      calls.good = calls.all = 0;
    }
    this.#judgeSuccessRates(now);
    this.#judgeFailureShares(now);
    this.#letReturn(now);
  }

  // Worse than the mean less 1.9 standard deviations (of the population) of the success rates.
  #judgeSuccessRates(now: number): void {
    const { leastCalls, leastInstances, deviations } = SUCCESS_RATE;
    const judged = this.#calls.filter(({ lastAll }) => lastAll >= leastCalls);
    if (judged.length < leastInstances) return;
    const rates = judged.map(({ lastGood, lastAll }) => lastGood / lastAll);
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
    const floor = mean - deviations * Math.sqrt(variance);
    this.#ejectWhere(
      ({ lastGood, lastAll }) => lastAll >= leastCalls && lastGood / lastAll < floor,
      'success-rate',
      now,
    );
  }

  #judgeFailureShares(now: number): void {
    const { leastCalls, leastInstances, threshold } = FAILURE_SHARE;
    if (this.#calls.filter(({ lastAll }) => lastAll >= leastCalls).length < leastInstances) return;
    const isOver = ({ lastGood, lastAll }: Calls): boolean =>
      lastAll >= leastCalls && (lastAll - lastGood) / lastAll > threshold;
    this.#ejectWhere(isOver, 'failure-share', now);
  }

  // The cap is looked at before each ejection, so that one passes whatever a tenth of the fleet is. Who is out already is
  // ejected again if stragglers make up the volume.
  #ejectWhere(isOutlier: (calls: Calls) => boolean, reason: string, now: number): void {
    for (const [instance, calls] of this.#calls.entries()) {
      if (this.#ejected / this.#calls.length >= MOST_EJECTED) return;
      if (!isOutlier(calls)) continue;
      if (calls.ejectedAt === NOT) {
        this.#ejected++;
        this.#onEject(instance, reason);
      }
      calls.ejectedAt = now;
      calls.times++;
    }
  }

  // min(base x multiplier, max(base, longest)) out; every quiet sweep takes one off the multiplier. The gRFC says "after"
  // that time: real timers are always late by a little, so on a clock without lateness it must be "not before".
  #letReturn(now: number): void {
    for (const calls of this.#calls) {
      if (calls.ejectedAt === NOT) {
        if (calls.times > 0) calls.times--;
      } else if (now >= calls.ejectedAt + Math.min(BASE_EJECTION_MS * calls.times, LONGEST_EJECTION_MS)) {
        calls.ejectedAt = NOT;
        this.#ejected--;
      }
    }
  }
}

interface Calls {
  good: number;
  all: number;
  /** Of the interval before: what a sweep goes by. */
  lastGood: number;
  lastAll: number;
  ejectedAt: number;
  /** The multiplier of the time out. */
  times: number;
}

const NOT = -1;
