import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { seededRandom } from '../core/kernel/index.ts';
import type { ActiveFault, Behaviour, Fault, FleetRequest } from './fault.ts';
import { behave, describeFault, isRefusing, nextBreak } from './fault.ts';
import { CATALOGUE, FAULTS } from './catalogue.ts';

const GET: FleetRequest = { method: 'GET', check: false, poison: false };
const CHECK: FleetRequest = { ...GET, check: true };

interface Case {
  readonly request?: FleetRequest;
  readonly ageMs?: number;
  readonly draw?: number;
  readonly recent?: number;
}

/** What an instance with this fault does with 20 ms of work. */
function under(fault: Fault, { request = GET, ageMs = 0, draw = 0.5, recent = 0 }: Case = {}): Behaviour {
  const situation = { now: 1000 + ageMs, random: () => draw, serviceMs: 20, recent };
  return behave([{ fault, since: 1000 }], request, situation);
}

const sound: Behaviour = { kind: 'answer', latencyMs: 20, status: 200 };
const fast = (status: number): Behaviour => ({ kind: 'answer', latencyMs: 1, status, quick: true });

describe('the catalogue of faults', () => {
  it('lists every fault once, with an example of its own kind and a sentence', () => {
    assert.deepEqual(
      FAULTS.map((fault) => fault.name),
      Object.keys(CATALOGUE),
    );
    for (const [name, entry] of Object.entries(CATALOGUE)) {
      assert.equal(entry.example.name, name);
      assert.match(entry.doc, /^[A-Z].+\.$/);
    }
  });

  it('answers well without a fault', () => {
    assert.deepEqual(behave([], GET, { now: 0, random: () => 0, serviceMs: 20, recent: 0 }), sound);
  });

  it('refuse: refuses traffic and checks, and breaks what is in flight when it begins', () => {
    assert.deepEqual(under({ name: 'refuse' }), { kind: 'refuse' });
    assert.deepEqual(under({ name: 'refuse' }, { request: CHECK }), { kind: 'refuse' });
    assert.equal(nextBreak([{ fault: { name: 'refuse' }, since: 50 }], 0), 50);
    assert.equal(nextBreak([{ fault: { name: 'refuse' }, since: 50 }], 51), Infinity);
  });

  it('blackhole: answers nothing, not even a check', () => {
    assert.deepEqual(under({ name: 'blackhole' }), { kind: 'hang' });
    assert.deepEqual(under({ name: 'blackhole' }, { request: CHECK }), { kind: 'hang' });
  });

  it('brownout: refuses a share with 503, fast', () => {
    assert.deepEqual(under({ name: 'brownout', share: 0.3 }, { draw: 0.29 }), fast(503));
    assert.deepEqual(under({ name: 'brownout', share: 0.3 }, { draw: 0.3 }), sound);
  });

  it('brownout of one method: other methods and checks see nothing', () => {
    const fault: Fault = { name: 'brownout', share: 1, method: 'POST' };
    assert.deepEqual(under(fault, { request: { ...GET, method: 'POST' } }), fast(503));
    assert.deepEqual(under(fault), sound);
    assert.deepEqual(under(fault, { request: { ...CHECK, method: 'POST' } }), sound);
  });

  it('sinkhole: fails at once while checks pass', () => {
    assert.deepEqual(under({ name: 'sinkhole', status: 500 }), fast(500));
    assert.deepEqual(under({ name: 'sinkhole', status: 500 }, { request: CHECK }), sound);
  });

  it('slow: the work takes a multiple of its time', () => {
    assert.deepEqual(under({ name: 'slow', factor: 10 }), { ...sound, latencyMs: 200 });
  });

  it('gray: only a share is slow', () => {
    assert.deepEqual(under({ name: 'gray', share: 0.2, factor: 20 }, { draw: 0.1 }), { ...sound, latencyMs: 400 });
    assert.deepEqual(under({ name: 'gray', share: 0.2, factor: 20 }, { draw: 0.2 }), sound);
  });

  it('cold: slow at first, ordinary when warm', () => {
    const latency = (ageMs: number): number =>
      (under({ name: 'cold', factor: 5, warmMs: 100 }, { ageMs }) as { latencyMs: number }).latencyMs;
    assert.deepEqual([0, 50, 100, 1000].map(latency), [100, 60, 20, 20]);
  });

  it('flapping: down at the start of each period, breaking connections each time', () => {
    const fault: Fault = { name: 'flapping', periodMs: 100, downShare: 0.4 };
    assert.deepEqual(
      [0, 39, 40, 99, 100, 139, 140].map((ageMs) => under(fault, { ageMs }).kind),
      ['refuse', 'refuse', 'answer', 'answer', 'refuse', 'refuse', 'answer'],
    );
    assert.deepEqual(
      [0, 1, 100, 101].map((from) => nextBreak([{ fault, since: 0 }], from)),
      [0, 100, 100, 200],
    );
    assert.equal(isRefusing([{ fault, since: 0 }], 120), true);
    assert.equal(isRefusing([{ fault, since: 0 }], 150), false);
  });

  it('leak: slower and slower, failing from halfway on and wholly at the end', () => {
    const fault: Fault = { name: 'leak', fullMs: 100, factor: 11 };
    assert.deepEqual(under(fault, { ageMs: 50, draw: 0 }), { ...sound, latencyMs: 120 });
    assert.deepEqual(under(fault, { ageMs: 75, draw: 0.4 }), fast(500));
    assert.deepEqual(under(fault, { ageMs: 75, draw: 0.6 }), { ...sound, latencyMs: 170 });
    assert.deepEqual(under(fault, { ageMs: 100, draw: 0.999 }), fast(500));
  });

  it('pauses: stands still at the start of each interval and then goes on', () => {
    const fault: Fault = { name: 'pauses', everyMs: 100, lengthMs: 30 };
    assert.deepEqual(
      [0, 10, 30, 110].map((ageMs) => (under(fault, { ageMs }) as { latencyMs: number }).latencyMs),
      [50, 40, 20, 40],
    );
  });

  it('resets: breaks all connections, again and again or once, and answers otherwise', () => {
    assert.deepEqual(under({ name: 'resets', everyMs: 100 }), sound);
    assert.deepEqual(
      [0, 1, 100, 150].map((from) => nextBreak([{ fault: { name: 'resets', everyMs: 100 }, since: 0 }], from)),
      [0, 100, 100, 200],
    );
    assert.equal(nextBreak([{ fault: { name: 'resets', everyMs: 0 }, since: 0 }], 1), Infinity);
  });

  it('truncated: a share breaks off in the middle of the body', () => {
    assert.deepEqual(under({ name: 'truncated', share: 0.6 }), { ...sound, truncated: true });
    assert.deepEqual(under({ name: 'truncated', share: 0.5 }), sound);
  });

  it('overload: 429 with Retry-After beyond its rate, checks not counted', () => {
    const fault: Fault = { name: 'overload', perSecond: 20, retryAfterMs: 700 };
    assert.deepEqual(under(fault, { recent: 19 }), sound);
    assert.deepEqual(under(fault, { recent: 20 }), { ...fast(429), retryAfterMs: 700 });
    assert.deepEqual(under(fault, { recent: 20, request: CHECK }), sound);
  });

  it('poison: fails poison requests only', () => {
    const request = { ...GET, poison: true };
    assert.deepEqual(under({ name: 'poison', by: 'error' }, { request }), { ...sound, status: 500 });
    assert.deepEqual(under({ name: 'poison', by: 'reset' }, { request }), { kind: 'reset', latencyMs: 20 });
    assert.deepEqual(under({ name: 'poison', by: 'reset' }), sound);
  });

  it('route-fails: fails requests of that route only, and no check', () => {
    const fault: Fault = { name: 'route-fails', route: '/report', status: 500 };
    assert.deepEqual(under(fault, { request: { ...GET, route: '/report' } }), fast(500));
    assert.deepEqual(under(fault, { request: { ...GET, route: '/' } }), sound);
    assert.deepEqual(under(fault), sound);
    assert.deepEqual(under(fault, { request: { ...CHECK, route: '/report' } }), sound);
  });

  it('check-lies: checks say one thing whatever the traffic shows', () => {
    assert.deepEqual(under({ name: 'check-lies', says: 'bad' }, { request: CHECK }), { ...sound, status: 503 });
    assert.deepEqual(under({ name: 'check-lies', says: 'bad' }), sound);
    const active: ActiveFault[] = [
      { fault: { name: 'blackhole' }, since: 0 },
      { fault: { name: 'check-lies', says: 'good' }, since: 0 },
    ];
    assert.deepEqual(behave(active, CHECK, { now: 5, random: () => 0, serviceMs: 20, recent: 0 }), sound);
  });

  it('describes each fault in at most 18 characters, which is what a table has room for', () => {
    for (const fault of FAULTS) assert.ok(describeFault(fault).length <= 18, describeFault(fault));
  });

  it('multiplies delays and keeps a failure whatever follows', () => {
    const slow: Fault = { name: 'slow', factor: 2 };
    const at = (...faults: Fault[]): Behaviour =>
      behave(
        faults.map((fault) => ({ fault, since: 0 })),
        GET,
        { now: 0, random: () => 0, serviceMs: 20, recent: 0 },
      );
    assert.deepEqual(at(slow, { name: 'slow', factor: 3 }), { ...sound, latencyMs: 120 });
    assert.deepEqual(at({ name: 'sinkhole', status: 500 }, slow), fast(500));
    assert.deepEqual(at({ name: 'blackhole' }, { name: 'sinkhole', status: 500 }), { kind: 'hang' });
    assert.deepEqual(at(slow, { name: 'refuse' }), { kind: 'refuse' });
  });

  it('is the same for the same seed, and never gives a delay that is no number, for any mix of faults', () => {
    const faults = fc.array(
      fc.record({ fault: fc.constantFrom(...FAULTS), since: fc.integer({ min: 0, max: 60_000 }) }),
      { maxLength: 4 },
    );
    const requests = fc.record({
      method: fc.constantFrom('GET', 'PUT', 'POST') as fc.Arbitrary<'GET'>,
      check: fc.boolean(),
      poison: fc.boolean(),
    });
    fc.assert(
      fc.property(
        faults,
        requests,
        fc.integer({ min: 0, max: 120_000 }),
        fc.integer(),
        fc.nat(100),
        (active, request, now, seed, recent) => {
          const run = (): Behaviour =>
            behave(active, request, { now, random: seededRandom(seed), serviceMs: 20, recent });
          const behaviour = run();
          assert.deepEqual(run(), behaviour);
          if ('latencyMs' in behaviour) assert.ok(behaviour.latencyMs >= 0 && Number.isFinite(behaviour.latencyMs));
          assert.ok(!isRefusing(active, now) || behaviour.kind === 'refuse');
          assert.ok(nextBreak(active, now) >= now);
        },
      ),
    );
  });
});
