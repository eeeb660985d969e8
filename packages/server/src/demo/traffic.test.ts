import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { behave, faultsAt, isSound } from 'hale/testing';

import { arrivals } from './arrivals.ts';
import type { Arrival } from './arrivals.ts';
import { INSTANCE_IDS, ROUND_MS, demoScript } from './demo-script.ts';
import { Latencies } from './latencies.ts';

function take(count: number, seed: number, rate = 100): Arrival[] {
  const schedule = arrivals(seed, rate);
  return Array.from({ length: count }, () => schedule.next().value);
}

describe('arrivals', () => {
  it('are the same for the same seed and others for another', () => {
    assert.deepEqual(take(500, 4), take(500, 4));
    assert.notDeepEqual(take(500, 4), take(500, 5));
  });

  it('come at the rate asked for, with gaps as chance makes them', () => {
    const all = take(20_000, 1, 100);
    assert.ok(Math.abs(all.at(-1)!.at / 200_000 - 1) < 0.03); // four standard errors: 4 / sqrt(20000)
    const gaps = all.slice(1).map(({ at }, index) => at - all[index].at);
    assert.ok(gaps.every((gap) => gap >= 0));
    const short = gaps.filter((gap) => gap < 10).length / gaps.length;
    assert.ok(Math.abs(short - (1 - Math.exp(-1))) < 0.02); // exponential: 63 % are shorter than the mean
  });

  it('are mostly GET, some PUT and a little poison', () => {
    const all = take(20_000, 2);
    const share = (kind: Arrival['kind']): number => all.filter((arrival) => arrival.kind === kind).length / all.length;
    assert.ok(Math.abs(share('put') - 0.15) < 0.01);
    assert.ok(Math.abs(share('poison') - 0.005) < 0.002);
  });
});

describe("the demo's script", () => {
  const script = demoScript(10 * ROUND_MS, 1);

  it('leaves at least five of eight instances sound at every moment', () => {
    for (let now = 0; now < 10 * ROUND_MS; now += 250) {
      const sound = INSTANCE_IDS.filter((id) => isSound(script, id, now, now));
      assert.ok(sound.length >= 5, `${sound.length} at ${now} ms`);
    }
  });

  it('gives every instance its turn', () => {
    for (const id of INSTANCE_IDS) assert.ok(!isSound(script, id, 0, 10 * ROUND_MS), id);
  });

  it('ends each round in calm, so that what has healed can be seen to return', () => {
    for (let round = 1; round <= 10; round++) {
      for (const id of INSTANCE_IDS)
        assert.ok(isSound(script, id, round * ROUND_MS - 4900, round * ROUND_MS + 1900), id);
    }
  });

  it('begins with another instance for another seed', () => {
    const first = (seed: number): string => demoScript(ROUND_MS, seed)[1].instance;
    assert.deepEqual([0, 1, 7, 8, 2 ** 32 - 1].map(first), ['b', 'c', 'a', 'b', 'a']);
  });

  it('fails poison on every instance', () => {
    for (const id of INSTANCE_IDS) {
      const request = { method: 'GET', check: false, poison: true } as const;
      const behaviour = behave(faultsAt(script, id, 100), request, {
        now: 100,
        random: () => 0.5,
        serviceMs: 20,
        recent: 0,
      });
      assert.deepEqual(behaviour, { kind: 'answer', latencyMs: 20, status: 500 });
    }
  });
});

describe('percentiles in fixed memory', () => {
  it('are right to within 4 %, and never below the true value', () => {
    const latencies = new Latencies();
    for (let ms = 1; ms <= 1000; ms++) latencies.add(ms);
    for (const [share, expected] of [
      [0.5, 500],
      [0.99, 990],
      [1, 1000],
      [0, 1],
    ] as const) {
      const found = latencies.quantile(share)!;
      assert.ok(found >= expected * 0.999 && found <= expected * 1.041, `${share}: ${found}`);
    }
  });

  it('are null without a sample and bounded for any sample', () => {
    assert.equal(new Latencies().quantile(0.5), null);
    const latencies = new Latencies();
    for (const ms of [-1, 0, 1e12]) latencies.add(ms);
    assert.ok(latencies.quantile(0)! <= 0.1);
    assert.ok(Number.isFinite(latencies.quantile(1)!));
  });
});
