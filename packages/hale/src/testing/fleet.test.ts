import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { VirtualClock } from '../core/kernel/index.ts';
import { seededRandom, virtualClock } from '../core/kernel/index.ts';
import type { FakeFleet, FakeFleetOptions, FleetAnswer } from './fleet.ts';
import { FleetError, fakeFleet } from './fleet.ts';
import { lognormal } from '../faults/index.ts';

function fleetOf(options: FakeFleetOptions): { clock: VirtualClock; fleet: FakeFleet } {
  const clock = virtualClock();
  return { clock, fleet: fakeFleet({ instances: 2, serviceMs: 10, sigma: 0, clock, ...options }) };
}

/** How a call ended, once it has. */
function track(call: Promise<FleetAnswer | boolean>): { state: unknown } {
  const seen: { state: unknown } = { state: 'waiting' };
  call.then(
    (answer) => (seen.state = answer),
    (error: unknown) => (seen.state = error),
  );
  return seen;
}

describe('the fake fleet', () => {
  it('answers after the work, by the clock it was given', async () => {
    const { clock, fleet } = fleetOf({});
    const call = track(fleet.call('a'));
    await clock.advance(9);
    assert.equal(call.state, 'waiting');
    await clock.advance(1);
    assert.deepEqual(call.state, { status: 200, latencyMs: 10, instance: 'a' });
  });

  it('works on as many as it has workers and makes the rest wait their turn', async () => {
    const { clock, fleet } = fleetOf({ workers: 2 });
    const calls = Array.from({ length: 5 }, () => fleet.call('a'));
    await clock.advance(100);
    assert.deepEqual(
      (await Promise.all(calls)).map((answer) => answer.latencyMs),
      [10, 10, 20, 20, 30],
    );
  });

  it('answers 503 at once when its queue is full', async () => {
    const { clock, fleet } = fleetOf({ workers: 1, maxQueue: 1 });
    const calls = [1, 2, 3].map(() => fleet.call('a'));
    await clock.advance(20);
    assert.deepEqual(
      (await Promise.all(calls)).map((answer) => [answer.status, answer.latencyMs]),
      [
        [200, 10],
        [200, 20],
        [503, 0],
      ],
    );
  });

  it('refuses with the code of a socket while its script says so, and breaks what is in flight when that begins', async () => {
    const { clock, fleet } = fleetOf({ script: [{ at: 5, until: 50, instance: 'a', fault: { name: 'refuse' } }] });
    const inFlight = track(fleet.call('a'));
    const other = track(fleet.call('b'));
    await clock.advance(5);
    assert.ok(inFlight.state instanceof FleetError);
    assert.equal(inFlight.state.code, 'ECONNRESET');
    await assert.rejects(fleet.call('a'), { code: 'ECONNREFUSED', instance: 'a' });
    await clock.advance(45);
    assert.equal((other.state as FleetAnswer).status, 200);
    const later = track(fleet.call('a'));
    await clock.advance(10);
    assert.equal((later.state as FleetAnswer).status, 200);
    assert.deepEqual(fleet.counts('a'), {
      requests: 3,
      answered: 1,
      failed: 0,
      refused: 1,
      broken: 1,
      aborted: 0,
      inFlight: 0,
    });
  });

  it('frees its workers at a break, and the end of lost work frees none twice', async () => {
    const { clock, fleet } = fleetOf({
      workers: 1,
      script: [{ at: 5, until: 6, instance: 'a', fault: { name: 'resets', everyMs: 0 } }],
    });
    track(fleet.call('a'));
    await clock.advance(5);
    const calls = [fleet.call('a'), fleet.call('a')];
    await clock.advance(30);
    assert.deepEqual(
      (await Promise.all(calls)).map((answer) => answer.latencyMs),
      [10, 20],
    );
  });

  it('repeats its breaks for as long as the script lasts, and not beyond', async () => {
    const { clock, fleet } = fleetOf({
      serviceMs: 1000,
      script: [{ at: 0, until: 35, instance: 'a', fault: { name: 'resets', everyMs: 10 } }],
    });
    for (let step = 0; step < 5; step++) {
      track(fleet.call('a'));
      await clock.advance(10);
    }
    assert.equal(fleet.counts('a').broken, 3);
    assert.equal(fleet.counts('a').inFlight, 2);
  });

  it('never answers from a black hole; the caller leaves by its signal', async () => {
    const { clock, fleet } = fleetOf({
      script: [{ at: 0, until: Infinity, instance: '*', fault: { name: 'blackhole' } }],
    });
    const controller = new AbortController();
    const call = track(fleet.call('a', { signal: controller.signal }));
    await clock.advance('1h');
    assert.equal(call.state, 'waiting');
    const reason = new Error('patience is over');
    controller.abort(reason);
    await clock.advance(0);
    assert.equal(call.state, reason);
    await assert.rejects(fleet.call('a', { signal: controller.signal }), reason);
    assert.deepEqual([fleet.counts('a').aborted, fleet.counts('a').inFlight], [2, 0]);
  });

  it('does not work for callers that left while they waited', async () => {
    const { clock, fleet } = fleetOf({ workers: 1 });
    const controller = new AbortController();
    const first = fleet.call('a');
    const left = track(fleet.call('a', { signal: controller.signal }));
    const third = fleet.call('a');
    controller.abort();
    await clock.advance(20);
    assert.deepEqual([(await first).latencyMs, (await third).latencyMs], [10, 20]);
    assert.equal((left.state as Error).name, 'AbortError');
  });

  it('passes and fails checks as the catalogue says', async () => {
    const { clock, fleet } = fleetOf({
      script: [{ at: 0, until: 99, instance: 'b', fault: { name: 'check-lies', says: 'bad' } }],
    });
    const [a, b] = [track(fleet.check('a')), track(fleet.check(fleet.instances[1]))];
    await clock.advance(1);
    assert.deepEqual([a.state, b.state], [true, false]);
  });

  it('tells the overload fault how much it was sent in the last second', async () => {
    const { clock, fleet } = fleetOf({
      script: [{ at: 0, until: 1e6, instance: 'a', fault: { name: 'overload', perSecond: 2, retryAfterMs: 500 } }],
    });
    const calls = [1, 2, 3].map(() => fleet.call('a'));
    await clock.advance(1000);
    const answers = await Promise.all(calls);
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [200, 200, 429],
    );
    assert.equal(answers[2].retryAfterMs, 500);
    const later = track(fleet.call('a'));
    await clock.advance(10);
    assert.equal((later.state as FleetAnswer).status, 200);
  });

  it('is the same run for the same seed and another for another', async () => {
    const run = async (seed: number): Promise<number[]> => {
      const { clock, fleet } = fleetOf({ sigma: 0.5, random: seededRandom(seed), workers: 2 });
      const calls = Array.from({ length: 50 }, (_, at) => fleet.call(at % 2 ? 'a' : 'b'));
      await clock.advance('1m');
      return (await Promise.all(calls)).map((answer) => answer.latencyMs);
    };
    assert.deepEqual(await run(7), await run(7));
    assert.notDeepEqual(await run(7), await run(8));
  });

  it('draws work whose mean is the one asked for, with a tail', () => {
    const random = seededRandom(3);
    const draws = Array.from({ length: 20_000 }, () => lognormal(20, 0.5, random)).sort((a, b) => a - b);
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    assert.ok(Math.abs(mean - 20) < 0.4, `mean ${mean}`); // four standard errors: 20 x .53 / sqrt(20000) = .075
    assert.ok(Math.abs(draws[19_800] / 56.4 - 1) < 0.1, `p99 ${draws[19_800]}`); // 20 e^(2.326 x .5 - .125)
  });

  it('refuses nonsense, naming the option', () => {
    for (const [key, values] of Object.entries({
      serviceMs: [0, -1, NaN, Infinity, '20'],
      sigma: [-1, 5, NaN],
      workers: [0, NaN],
      maxQueue: [-1, NaN],
      instances: [0, 10_001, NaN],
    })) {
      for (const value of values)
        assert.throws(() => fakeFleet({ [key]: value } as FakeFleetOptions), new RegExp(`${key}: expected`));
    }
    assert.throws(() => fakeFleet({ instances: [{ id: 'a' }, { id: 'a' }] }), /two instances/);
  });

  it('rejects calls to an instance it does not have', async () => {
    const { fleet } = fleetOf({});
    await assert.rejects(fleet.call('__proto__'), /no instance is called '__proto__'/);
  });

  it('leaves no timer behind when it is closed', () => {
    const { clock, fleet } = fleetOf({ script: [{ at: 5, until: 6, instance: '*', fault: { name: 'refuse' } }] });
    assert.equal(clock.pending, 2);
    fleet.close();
    assert.equal(clock.pending, 0);
  });
});
