// Prediction for people: "at this rate below 0.5 in about 40 s". Picking needs none: the price moves on the first failure,
// and a trend term in it chased noise in the simulation.
//
// Holt's linear method (1957) on the score: a level and a trend, sampled at most once a second so that the trend is one of
// time and not of single outcomes. Double smoothing answers a step with a trend that fades by itself, so a forecast that is
// not confirmed is taken back within seconds.

import type { Fleet, Ledger, Settings, Tuning } from '../model/index.ts';
import { LATENCY_RATE, SAMPLED_AT, SIDE } from '../model/index.ts';
import { scoreOf } from './score.ts';
import { latencyOf, medianLatency } from './latency.ts';

const SAMPLE_MS = 1000;
const LEVEL_WEIGHT = 0.3;
const TREND_WEIGHT = 0.2;

// Four numbers an instance
const LEVEL = 0;
const TREND = 1;
const SLOWNESS = 2;
const SLOWNESS_TREND = 3;
const STRIDE = 4;

export class Forecast {
  /** Beside the ledger's columns. */
  static readonly bytesPerInstance: number = 4 * STRIDE;

  /** Holds SAMPLED_AT, which every settlement asks for, beside what else it asks for. */
  readonly #ledger: Ledger;
  #numbers = new Float32Array(0);

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Makes the slot a newcomer's. Grows by itself. */
  take(slot: number, now: number): void {
    if ((slot + 1) * STRIDE > this.#numbers.length) {
      const numbers = new Float32Array(Math.max(8 * STRIDE, 2 * this.#numbers.length, (slot + 1) * STRIDE));
      numbers.set(this.#numbers);
      this.#numbers = numbers;
    }
    const at = slot * STRIDE;
    this.#numbers[at + LEVEL] = 1;
    this.#numbers[at + TREND] = 0;
    this.#numbers[at + SLOWNESS] = 1;
    this.#numbers[at + SLOWNESS_TREND] = 0;
    this.#ledger.side[slot * SIDE + SAMPLED_AT] = now;
  }

  /** Is a sample due? Asked at each settlement. */
  isDue(slot: number, now: number): boolean {
    return ((now - this.#ledger.side[slot * SIDE + SAMPLED_AT]) | 0) >= SAMPLE_MS;
  }

  /** Takes a sample of score and slowness. */
  sample(ledger: Ledger, fleet: Fleet, slot: number, now: number, settings: Settings, tuning: Tuning): void {
    const sampledAt = slot * SIDE + SAMPLED_AT;
    const elapsed = ((now - this.#ledger.side[sampledAt]) | 0) / 1000;
    this.#ledger.side[sampledAt] = now;
    const median = medianLatency(fleet);
    // After a long silence the old trend says nothing.
    const kept = elapsed > 30 ? 0 : 1;
    this.#holt(slot * STRIDE + LEVEL, scoreOf(ledger, fleet, slot, now, settings, tuning), elapsed, kept);
    this.#holt(
      slot * STRIDE + SLOWNESS,
      Math.min(1000, latencyOf(ledger, slot, now, median, fleet.totals[LATENCY_RATE]) / median),
      elapsed,
      kept,
    );
  }

  /** Milliseconds until the score falls below `threshold` at this rate, at most 100 s; undefined when it does not. */
  untilBelow(slot: number, threshold: number): number | undefined {
    const level = this.#numbers[slot * STRIDE + LEVEL];
    const trend = this.#numbers[slot * STRIDE + TREND];
    // Slower than a hundredth of the score per second is within the noise of a sound instance at 5 % errors. So nothing is
    // said of more than 100 s ahead, of which a trend of seconds knows nothing.
    if (!(trend < -0.01) || level <= threshold) return undefined;
    return ((level - threshold) / -trend) * 1000;
  }

  /** Change of slowness per second; 0 when steady. */
  slownessTrend(slot: number): number {
    return this.#numbers[slot * STRIDE + SLOWNESS_TREND];
  }

  /** After a transition the past says nothing of the future. */
  reset(slot: number, now: number): void {
    this.take(slot, now);
  }

  #holt(at: number, value: number, elapsed: number, kept: number): void {
    const numbers = this.#numbers;
    const trend = numbers[at + 1] * kept;
    const expected = kept === 0 ? value : numbers[at] + trend * elapsed;
    const level = expected + LEVEL_WEIGHT * (value - expected);
    const slope = kept === 0 ? 0 : (level - numbers[at]) / elapsed;
    numbers[at] = level;
    numbers[at + 1] = trend + TREND_WEIGHT * (slope - trend);
  }
}
