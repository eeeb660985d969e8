import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom, virtualClock } from '../../core/kernel/index.ts';
import type { FaultScript } from '../../faults/index.ts';
import type { FleetShape } from '../scenario.ts';
import { Instance } from './instance.ts';

const SHAPE: FleetShape = {
  instances: 1,
  workers: 2,
  maxQueue: 3,
  work: { kind: 'lognormal', meanMs: 20, sigma: 0 },
};

/** Sends `count` requests of 20 ms at 0, and says when each ended and how. */
function ends(count: number, script: FaultScript = [], shape = SHAPE, streamMs = 0): [number, string][] {
  const clock = virtualClock();
  const instance = new Instance(0, shape, script, clock, seededRandom(1));
  const seen: [number, string][] = [];
  clock.runUntil(0); // what breaks at the start has broken
  const request = { arrivedAt: 0, workMs: 20, streamMs, method: 'GET', isPoison: false } as const;
  for (let sent = 0; sent < count; sent++) {
    instance.send(request, {
      onHead: () => seen.push([clock.now(), 'head']),
      onEnd: (cause) => seen.push([clock.now(), cause ?? 'good']),
    });
  }
  clock.runUntil(10_000);
  return seen;
}

describe('a simulated instance', () => {
  test('works on as many requests as it has workers, and lets so many wait', () => {
    assert.deepEqual(ends(6), [
      [1, 'server-error'], // the queue was full
      [20, 'good'],
      [20, 'good'],
      [40, 'good'],
      [40, 'good'],
      [60, 'good'],
    ]);
  });

  test('breaks every connection at once', () => {
    const script = [{ at: 30, until: 31, instance: '0', fault: { name: 'resets', everyMs: 0 } as const }];
    assert.deepEqual(ends(4, script), [
      [20, 'good'],
      [20, 'good'],
      [30, 'reset'],
      [30, 'reset'],
    ]);
  });

  test('takes half as long at twice the speed', () => {
    assert.deepEqual(ends(1, [], { ...SHAPE, speeds: [2] }), [[10, 'good']]);
  });

  test('streams: the head after its work, the end after the body, its worker held until then', () => {
    assert.deepEqual(ends(3, [], { ...SHAPE, workers: 1 }, 100).slice(0, 3), [
      [20, 'head'],
      [120, 'good'],
      [140, 'head'],
    ]);
  });

  test('takes on so many a second and turns the rest away, which do not count', () => {
    const script = [
      { at: 0, until: 1e6, instance: '0', fault: { name: 'overload', perSecond: 2, retryAfterMs: 500 } as const },
    ];
    assert.deepEqual(ends(4, script), [
      [1, 'overload'],
      [1, 'overload'],
      [20, 'good'],
      [20, 'good'],
    ]);
  });

  test('refuses connections within a millisecond, and never ends a request that hangs', () => {
    const during = (name: 'refuse' | 'blackhole'): FaultScript => [
      { at: 0, until: 5000, instance: '0', fault: { name } },
    ];
    assert.deepEqual(ends(1, during('refuse')), [[1, 'connect']]);
    assert.deepEqual(ends(1, during('blackhole')), []);
  });
});
