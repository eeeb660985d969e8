import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BYTES, LATENCY, LATENCY_AT, Ledger, MEDIAN, SUSPICION, WORDS } from '../model/index.ts';
import type { World } from '../observe/world-fixture.test.ts';
import { near, world } from '../observe/world-fixture.test.ts';
import { Forecast } from './index.ts';

/** Not the first slot: a forecast must find its own numbers among those of others. */
const SLOT = 3;

const newcomer = (now = 0): Forecast => {
  const ledger = new Ledger();
  for (let slot = 0; slot <= 1000; slot++) ledger.take();
  const forecast = new Forecast(ledger);
  forecast.take(SLOT, now);
  return forecast;
};

/** Takes a sample at `now` of an instance whose score is `score`, by the suspicion that says so. */
function sample(forecast: Forecast, of: World, score: number, now: number): void {
  const { healthThreshold, circuitBreakThreshold } = of.settings;
  of.ledger.f32[SLOT * WORDS + SUSPICION] = ((1 - score) / (1 - healthThreshold)) * circuitBreakThreshold;
  forecast.sample(of.ledger, of.fleet, SLOT, now, of.settings, of.tuning);
}

describe('a forecast of the score', () => {
  test('is none at the start and none for a steady score', () => {
    const forecast = newcomer();
    assert.equal(forecast.untilBelow(SLOT, 0.5), undefined);
    for (let second = 1; second <= 60; second++) sample(forecast, world(4), 0.8, second * 1000);
    assert.equal(forecast.untilBelow(SLOT, 0.5), undefined);
  });

  test('of a score that falls by .02 a second is close to when it will be below', () => {
    const forecast = newcomer();
    const one = world(4);
    for (let second = 1; second <= 15; second++) sample(forecast, one, 1 - 0.02 * second, second * 1000);
    // At .7, 10 s from .5.
    near(forecast.untilBelow(SLOT, 0.5)!, 10_000, 1500);
  });

  test('holds whether samples are taken every second or every three', () => {
    for (const step of [1, 3]) {
      const forecast = newcomer();
      const one = world(4, { healthThreshold: 0.1 });
      for (let second = step; second <= 45; second += step) sample(forecast, one, 1 - 0.015 * second, second * 1000);
      // At .325, 15 s from .1.
      near(forecast.untilBelow(SLOT, 0.1)!, 15_000, 1500, `every ${step} s:`);
    }
  });

  test('is none once the score is below, and none for a trend within the noise', () => {
    const fallen = newcomer();
    const one = world(4);
    for (let second = 1; second <= 15; second++) sample(fallen, one, 1 - 0.02 * second, second * 1000);
    assert.notEqual(fallen.untilBelow(SLOT, 0.5), undefined);
    assert.equal(fallen.untilBelow(SLOT, 0.9), undefined);
    const slow = newcomer();
    for (let second = 1; second <= 40; second++) sample(slow, one, 1 - 0.009 * second, second * 1000);
    assert.equal(slow.untilBelow(SLOT, 0.5), undefined);
  });

  test('that is not confirmed is taken back within seconds', () => {
    const forecast = newcomer();
    const one = world(4);
    for (let second = 1; second <= 10; second++) sample(forecast, one, 1, second * 1000);
    sample(forecast, one, 0.7, 11_000);
    assert.notEqual(forecast.untilBelow(SLOT, 0.5), undefined);
    for (let second = 12; second <= 26; second++) sample(forecast, one, 0.7, second * 1000);
    assert.equal(forecast.untilBelow(SLOT, 0.5), undefined);
  });

  test('says nothing from a trend that is older than 30 s', () => {
    const forecast = newcomer();
    const one = world(4, { healthThreshold: 0.1 });
    one.fleet.totals[MEDIAN] = 20;
    for (let second = 1; second <= 15; second++) sample(forecast, one, 1 - 0.02 * second, second * 1000);
    assert.notEqual(forecast.untilBelow(SLOT, 0.5), undefined);
    one.ledger.f32[SLOT * WORDS + LATENCY] = 2000;
    one.ledger.i32[SLOT * WORDS + LATENCY_AT] = 45_001;
    sample(forecast, one, 0.15, 45_001);
    assert.equal(forecast.untilBelow(SLOT, 0.1), undefined);
    assert.equal(forecast.slownessTrend(SLOT), 0);
    one.ledger.i32[SLOT * WORDS + LATENCY_AT] = 46_001;
    sample(forecast, one, 0.15, 46_001);
    assert.equal(forecast.untilBelow(SLOT, 0.1), undefined, 'the level is what was seen last');
    near(forecast.slownessTrend(SLOT), 0, 1e-6);
  });

  test('a trend of exactly 30 s ago still counts', () => {
    const forecast = newcomer();
    const one = world(4);
    for (let second = 1; second <= 15; second++) sample(forecast, one, 1 - 0.02 * second, second * 1000);
    sample(forecast, one, 0.1, 45_000);
    assert.notEqual(forecast.untilBelow(SLOT, 0.05), undefined);
  });

  test('is forgotten by a transition', () => {
    const forecast = newcomer();
    const one = world(4);
    for (let second = 1; second <= 15; second++) sample(forecast, one, 1 - 0.02 * second, second * 1000);
    forecast.reset(SLOT, 15_000);
    assert.equal(forecast.untilBelow(SLOT, 0.5), undefined);
    assert.equal(forecast.isDue(SLOT, 15_999), false);
  });
});

describe('samples', () => {
  test('are due once a second', () => {
    const forecast = newcomer(5000);
    assert.equal(forecast.isDue(SLOT, 5999), false);
    assert.equal(forecast.isDue(SLOT, 6000), true);
    sample(forecast, world(4), 1, 6000);
    assert.equal(forecast.isDue(SLOT, 6500), false);
    assert.equal(forecast.isDue(SLOT, 7000), true);
  });

  test('are due by a clock that passes 2^31 ms, and not by one that went back', () => {
    const forecast = newcomer(2 ** 31 - 500);
    assert.equal(forecast.isDue(SLOT, 2 ** 31 + 499), false);
    assert.equal(forecast.isDue(SLOT, 2 ** 31 + 500), true);
    assert.equal(forecast.isDue(SLOT, 2 ** 31 - 5000), false);
  });

  test('are kept when the table grows, each slot by itself', () => {
    const forecast = newcomer();
    const one = world(4);
    for (let second = 1; second <= 15; second++) sample(forecast, one, 1 - 0.02 * second, second * 1000);
    const before = forecast.untilBelow(SLOT, 0.5);
    assert.notEqual(before, undefined);
    for (let slot = 4; slot <= 40; slot++) forecast.take(slot, 777);
    assert.equal(forecast.untilBelow(SLOT, 0.5), before);
    assert.equal(forecast.untilBelow(4, 0.5), undefined);
    assert.equal(forecast.isDue(SLOT, 15_999), false);
    assert.equal(forecast.isDue(SLOT, 16_000), true);
    for (let slot = 4; slot <= 40; slot++) {
      assert.equal(forecast.isDue(slot, 1777), true, `slot ${slot}`);
      assert.equal(forecast.isDue(slot, 1776), false, `slot ${slot}`);
    }
  });

  test('a slot far beyond the table finds room', () => {
    const forecast = newcomer();
    forecast.take(1000, 50);
    assert.equal(forecast.isDue(1000, 1050), true);
    assert.equal(forecast.isDue(1000, 1049), false);
  });
});

describe('the trend of slowness', () => {
  test('follows an instance that gets slower, and is 0 when steady', () => {
    const forecast = newcomer();
    const one = world(4);
    one.fleet.totals[MEDIAN] = 20;
    for (let second = 1; second <= 30; second++) {
      one.ledger.f32[SLOT * WORDS + LATENCY] = 20 + 2 * second;
      one.ledger.i32[SLOT * WORDS + LATENCY_AT] = second * 1000;
      sample(forecast, one, 1, second * 1000);
    }
    near(forecast.slownessTrend(SLOT), 0.1, 0.02);
    for (let second = 31; second <= 90; second++) {
      one.ledger.i32[SLOT * WORDS + LATENCY_AT] = second * 1000;
      sample(forecast, one, 1, second * 1000);
    }
    near(forecast.slownessTrend(SLOT), 0, 0.005);
  });

  test('stays finite however slow the instance is', () => {
    const forecast = newcomer();
    const one = world(4);
    one.fleet.totals[MEDIAN] = 0.05;
    one.ledger.f32[SLOT * WORDS + LATENCY] = 1e7;
    one.ledger.i32[SLOT * WORDS + LATENCY_AT] = 1000;
    sample(forecast, one, 1, 1000);
    // 1 -> 1000: a third of the step enters the level, a fifth of that the trend.
    near(forecast.slownessTrend(SLOT), 0.2 * 0.3 * 999, 0.01);
  });
});

test('the forecast and the side columns of the ledger fit into 48 bytes an instance together', () => {
  assert.ok(new Ledger().bytesPerInstance - BYTES + Forecast.bytesPerInstance <= 48);
});
