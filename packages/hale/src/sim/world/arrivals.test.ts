import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../../core/kernel/index.ts';
import type { Load } from '../scenario.ts';
import { arrivals, rateAt } from './arrivals.ts';

function timesUntil(load: Load, untilMs: number, seed = 1): number[] {
  const next = arrivals(load, seededRandom(seed));
  const times: number[] = [];
  for (let at = next(0); at < untilMs; at = next(at)) times.push(at);
  return times;
}

describe('arrivals', () => {
  test('come at the rate that was asked for, each without regard to the one before', () => {
    const times = timesUntil({ kind: 'steady', perSecond: 100 }, 100_000);
    // 10,000 expected; a Poisson count lies within 4 standard deviations (100) of it.
    assert.ok(Math.abs(times.length - 10_000) < 400, `${times.length}`);
    const gaps = times.slice(1).map((at, index) => at - times[index]);
    const short = gaps.filter((gap) => gap < 10).length / gaps.length;
    assert.ok(Math.abs(short - (1 - Math.exp(-1))) < 0.02, `${short} of the gaps are shorter than the mean`);
  });

  for (const load of [
    { kind: 'bursts', perSecond: 50, peak: 400, everyMs: 10_000, burstMs: 2000 },
    { kind: 'daily', perSecond: 200, swing: 0.8, periodMs: 20_000 },
  ] as const) {
    test(`follow the rate of ${load.kind}`, () => {
      const times = timesUntil(load, 100_000);
      for (const phaseMs of [0, 3000, 6000, 12_000]) {
        const period = load.kind === 'bursts' ? load.everyMs : load.periodMs;
        const within = times.filter((at) => at % period >= phaseMs && at % period < phaseMs + 1000).length;
        let expected = 0;
        for (let ms = 0; ms < 100_000; ms += 100)
          if (ms % period >= phaseMs && ms % period < phaseMs + 1000) expected += rateAt(load, ms) / 10;
        assert.ok(Math.abs(within - expected) <= 5 * Math.sqrt(expected) + 5, `${phaseMs}: ${within}, not ${expected}`);
      }
    });
  }

  test('follow a trace to its end', () => {
    assert.deepEqual(timesUntil({ kind: 'trace', atMs: [1, 5, 5, 9] }, 100), [1, 5, 5, 9]);
  });

  test('never come at a rate of 0', () => {
    assert.deepEqual(timesUntil({ kind: 'steady', perSecond: 0 }, 1e9), []);
  });
});
