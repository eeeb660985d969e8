// The operator's word on instances that are not there.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ConfigError } from '../model/index.ts';
import { instancesOf, rigOf } from './engine-fixture.test.ts';

describe('the mode of an instance that is absent but remembered', () => {
  test('may be set: an operator can take back a drain', () => {
    const rig = rigOf('abc');
    rig.engine.override('a', { mode: 'drain' }, rig.now);
    rig.update(instancesOf('bc'));
    rig.engine.override('a', { mode: 'ready' }, rig.now);
    assert.equal(rig.engine.inspect(rig.now).instances.length, 2);
    rig.update(instancesOf('abc'));
    assert.equal(rig.see('a').mode, 'ready');
    assert.ok(rig.serve(100)['a'] > 0);
  });

  test('but not its circuit, nor anything when it is forgotten', () => {
    const rig = rigOf('abc', { forgetAfter: '1s' });
    rig.update(instancesOf('bc'));
    assert.throws(() => rig.engine.override('a', { circuit: 'open' }, rig.now), ConfigError);
    assert.throws(() => rig.engine.override('a', { mode: 'drain', circuit: 'open' }, rig.now), ConfigError);
    rig.pass(1001);
    assert.throws(() => rig.engine.override('a', { mode: 'drain' }, rig.now), ConfigError);
  });
});
