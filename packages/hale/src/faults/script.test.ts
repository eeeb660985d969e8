import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { ScriptLine } from './script.ts';
import { changesOf, faultsAt, isSound, repeatScript, zoneLoss } from './script.ts';

const refuse = { name: 'refuse' } as const;
const slow = { name: 'slow', factor: 3 } as const;
const script: ScriptLine[] = [
  { at: 10, until: 20, instance: 'a', fault: refuse },
  { at: 15, until: 30, instance: '*', fault: slow },
];

describe('a script of faults', () => {
  it('holds a fault from its start up to, and without, its end', () => {
    assert.deepEqual(
      [9, 10, 15, 19, 20, 30].map((now) => faultsAt(script, 'a', now).map(({ fault }) => fault.name)),
      [[], ['refuse'], ['refuse', 'slow'], ['refuse', 'slow'], ['slow'], []],
    );
    assert.deepEqual(faultsAt(script, 'b', 16), [{ fault: slow, since: 15 }]);
  });

  it('knows its moments of change', () => {
    assert.deepEqual(changesOf(script), [10, 15, 20, 30]);
  });

  it('calls an instance sound only when no fault touched any part of the time', () => {
    assert.equal(isSound(script, 'b', 0, 14), true);
    assert.equal(isSound(script, 'b', 0, 15), false);
    assert.equal(isSound(script, 'b', 30, 40), true);
    assert.equal(isSound(script, 'b', 29, 40), false);
    assert.equal(
      isSound([{ at: 0, until: 99, instance: '*', fault: { name: 'poison', by: 'error' } }], 'b', 1, 2),
      true,
    );
  });

  it('holds a route that fails everywhere against no instance, and one that fails here against this one', () => {
    const fault = { name: 'route-fails', route: '/', status: 500 } as const;
    assert.equal(isSound([{ at: 0, until: 99, instance: '*', fault }], 'b', 1, 2), true);
    assert.equal(isSound([{ at: 0, until: 99, instance: 'b', fault }], 'b', 1, 2), false);
  });

  it('composes the loss of a zone from one line for each instance in it', () => {
    const instances = [{ id: 'a', zone: 'x' }, { id: 'b', zone: 'y' }, { id: 'c', zone: 'x' }, { id: 'd' }];
    assert.deepEqual(zoneLoss(instances, 'x', { at: 1, until: 2 }), [
      { at: 1, until: 2, instance: 'a', fault: refuse },
      { at: 1, until: 2, instance: 'c', fault: refuse },
    ]);
  });

  it('repeats itself until a time, within a bound', () => {
    assert.deepEqual(
      repeatScript(script, 100, 250).map((line) => line.at),
      [10, 15, 110, 115, 210, 215],
    );
    assert.ok(repeatScript(script, 1e-3, Infinity).length <= 10_000);
    for (const period of [0, -1, NaN]) assert.throws(() => repeatScript(script, period, 10), RangeError);
  });
});
