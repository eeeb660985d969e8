// Whose fault is it, the request's or the instance's? Failures that follow a key from instance to instance are evidence
// against none of them.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BlameKey, FailureCause } from '../model/index.ts';
import type { Rig } from './engine-fixture.test.ts';
import { rigOf } from './engine-fixture.test.ts';
import type { Lease } from './lease.ts';

const OTHERS = 7;

/** One failure of the key, and good answers to others. */
function failOnce(rig: Rig, blameKey: BlameKey, cause: FailureCause = 'server-error'): Lease | undefined {
  const lease = rig.pick({ blameKey });
  lease?.fail(cause, { now: rig.now });
  for (let other = 0; other < OTHERS; other++) {
    rig.pass(1);
    rig.pick({ blameKey: `other ${other}` })?.succeed({ now: rig.now, latencyMs: 10 });
  }
  return lease;
}

function failOften(rig: Rig, blameKey: BlameKey, times = 40, cause?: FailureCause): void {
  for (let at = 0; at < times; at++) failOnce(rig, blameKey, cause);
}

function badOf(rig: Rig): number {
  return rig.engine.inspect(rig.now).instances.reduce((sum, { evidence }) => sum + evidence.bad, 0);
}

function counterOf(rig: Rig, name: string): number {
  const found = rig.engine.readings(rig.now, 100).find((one) => one.name === name);
  return found !== undefined && 'value' in found ? found.value : Number.NaN;
}

describe('a key that fails everywhere', () => {
  test('trips no instance, though by the letter five in a row would', () => {
    const rig = rigOf('abc');
    for (let at = 0; at < 200; at++) {
      for (let times = 0; times < 3; times++) rig.mustPick({ blameKey: 'culprit' }).fail('server-error');
      for (let other = 0; other < 2; other++) rig.mustPick({ blameKey: `other ${other}` }).succeed({ latencyMs: 10 });
      rig.pass(5);
    }
    assert.deepEqual(
      rig.told().filter((type) => type !== 'joined'),
      ['blamed'],
    );
    const observed = rigOf('abc', { rules: { blame: 'observe' } });
    for (let at = 0; at < 200; at++) {
      for (let times = 0; times < 3; times++) observed.pick({ blameKey: 'culprit' })?.fail('server-error');
      for (let other = 0; other < 2; other++) observed.pick({ blameKey: `other ${other}` })?.succeed({ latencyMs: 10 });
      observed.pass(5);
    }
    assert.ok(observed.told().includes('tripped'), 'without the rule it does');
  });

  test('is no evidence any more: nothing moves but what is in flight', () => {
    const rig = rigOf('abcd', { preset: 'serving' });
    failOften(rig, 'culprit');
    const lease = rig.mustPick({ blameKey: 'culprit' });
    const { id } = lease.instance;
    const before = rig.see(id);
    assert.equal(before.inFlight, 1);
    lease.fail('server-error', { now: rig.now });
    assert.deepEqual(rig.see(id), { ...before, inFlight: 0 });
  });

  test('is told once, and shown by its hash in inspect, explain and metrics', () => {
    const rig = rigOf('abcd', { preset: 'serving' });
    failOften(rig, '10.0.0.7', 20);
    const fact = rig.lastFact('blamed');
    assert.ok(fact?.type === 'blamed');
    assert.deepEqual([fact.from, fact.to, fact.reason, fact.enforced], ['unsuspected', 'blamed', 'spread', true]);
    assert.equal(rig.told().filter((type) => type === 'blamed').length, 1);
    const { blamed } = rig.engine.inspect(rig.now);
    assert.deepEqual(
      blamed.map(({ key }) => key),
      [fact.key],
    );
    assert.match(
      rig.engine.explain(undefined, rig.now).at(-1)!,
      new RegExp(`^Key ${fact.key} is blamed: .*no instance`),
    );
    assert.ok(!JSON.stringify([rig.facts.since(0), rig.engine.inspect(rig.now)]).includes('10.0.0.7'));
    // The first four counted.
    assert.equal(counterOf(rig, 'hale_excused_total'), 16);
  });

  test('is pardoned by good answers, and its failures count again', () => {
    const rig = rigOf('abcd', { preset: 'serving' });
    failOften(rig, 'culprit', 20);
    for (let at = 0; at < 3; at++) rig.mustPick({ blameKey: 'culprit' }).succeed({ latencyMs: 10 });
    assert.equal(rig.lastFact('pardoned')?.reason, 'good-outcomes');
    const before = badOf(rig);
    rig.mustPick({ blameKey: 'culprit' }).fail('server-error');
    assert.ok(badOf(rig) > before);
  });

  test('is asked of a lease: while its key is blamed, and no longer', () => {
    const rig = rigOf('abcd', { preset: 'serving' });
    const lease = rig.mustPick({ blameKey: ['/', 'culprit'] });
    assert.equal(lease.isKeyBlamed, false);
    failOften(rig, 'culprit');
    assert.equal(lease.isKeyBlamed, true);
    assert.equal(rig.mustPick({ blameKey: 'other' }).isKeyBlamed, false);
    assert.equal(rig.mustPick().isKeyBlamed, false);
    rig.pass(61_000);
    assert.equal(lease.isKeyBlamed, false);
  });

  test('is the key that ring-hash was given, when no other was', () => {
    const rig = rigOf('abcd', { preset: 'serving' });
    for (let at = 0; at < 20; at++) {
      rig.mustPick({ key: 'culprit' }).fail('server-error');
      for (let other = 0; other < OTHERS; other++) rig.mustPick({ key: `other ${other}` }).succeed({ latencyMs: 10 });
      rig.pass(10);
    }
    assert.ok(rig.told().includes('blamed'));
  });

  test('is found among requests that have no key at all', () => {
    const rig = rigOf('abcd', { preset: 'serving' });
    for (let at = 0; at < 20; at++) {
      rig.mustPick({ blameKey: 'culprit' }).fail('server-error');
      for (let other = 0; other < OTHERS; other++) rig.mustPick().succeed({ latencyMs: 10 });
      rig.pass(10);
    }
    assert.ok(rig.told().includes('blamed'));
  });

  test('moves nothing where the rule only observes, and is told as such', () => {
    const rules = { blame: 'observe' };
    const watched = rigOf('abcd', { preset: 'serving', rules });
    const without = rigOf('abcd', { preset: 'serving', rules });
    failOften(watched, 'culprit');
    for (let at = 0; at < 40; at++) {
      without.mustPick().fail('server-error', { now: without.now });
      for (let other = 0; other < OTHERS; other++) {
        without.pass(1);
        without.mustPick().succeed({ now: without.now, latencyMs: 10 });
      }
    }
    const fact = watched.lastFact('blamed');
    assert.equal(fact?.type === 'blamed' && fact.enforced, false);
    assert.equal(counterOf(watched, 'hale_excused_total'), 0);
    assert.ok(badOf(watched) > 1 && Math.abs(badOf(watched) - badOf(without)) < 0.5, 'the failures count');
    assert.match(watched.engine.explain(undefined, watched.now).at(-1)!, /only observes/);
  });
});

describe('an instance that fails', () => {
  test('for one key alone is judged: the failures do not follow the key', () => {
    const rig = rigOf('abcdefgh', { preset: 'serving' });
    for (let at = 0; at < 4000; at++) {
      const isRoute = at % 4 === 0;
      const lease = rig.mustPick({ blameKey: isRoute ? '/report' : '/' });
      if (isRoute && lease.instance.id === 'a') lease.fail('server-error', { now: rig.now });
      else lease.succeed({ now: rig.now, latencyMs: 10 });
      rig.pass(2);
    }
    assert.ok(!rig.told().includes('blamed'));
    assert.ok(rig.see('a').evidence.bad > 0 || rig.told('a').includes('tripped'), 'it is held against the instance');
  });

  test('is not excused by keys when every instance does', () => {
    const rig = rigOf('abcd', { preset: 'serving' });
    for (let at = 0; at < 400; at++) {
      rig.pick({ blameKey: `client ${at % 5}` })?.fail('server-error', { now: rig.now });
      rig.pass(2);
    }
    assert.ok(!rig.told().includes('blamed'));
  });

  test('to be connected to is never the request’s fault, and a wish for patience is none at all', () => {
    for (const cause of ['connect', 'overload'] as const) {
      const rig = rigOf('abcdefgh', { preset: 'serving' });
      failOften(rig, 'client', 20, cause);
      assert.ok(!rig.told().includes('blamed'), cause);
    }
    const rig = rigOf('abcd', { preset: 'serving' });
    failOften(rig, 'culprit');
    const before = badOf(rig);
    const lease = rig.mustPick({ blameKey: 'culprit' });
    lease.fail('connect', { now: rig.now });
    assert.ok(badOf(rig) > before, 'a refused connection counts, whoever asked');
    rig.mustPick({ blameKey: 'culprit' }).fail('overload', { now: rig.now });
    assert.ok(rig.told().includes('paused'));
  });
});

describe('a trial', () => {
  const tripped = (): Rig => {
    const rig = rigOf('abcd', { recoveryWindow: '10s', preset: 'serving' });
    failOften(rig, 'culprit', 20);
    rig.fail('a', 20);
    assert.equal(rig.see('a').circuit, 'open');
    return rig;
  };

  test('is not for a request whose key is blamed', () => {
    const rig = tripped();
    rig.pass(13_000);
    for (let at = 0; at < 30; at++) {
      const lease = rig.mustPick({ blameKey: 'culprit', replayable: true });
      assert.deepEqual([lease.trial, lease.instance.id === 'a'], [false, false]);
      lease.fail('server-error', { now: rig.now });
    }
    const lease = rig.mustPick({ blameKey: 'other' });
    assert.deepEqual([lease.trial, lease.instance.id], [true, 'a']);
  });

  test('that was granted before its key was blamed gives its place back, and says nothing', () => {
    const rig = rigOf('abcd', { recoveryWindow: '10s', preset: 'serving' });
    rig.fail('a', 5);
    rig.pass(13_000);
    const trial = rig.mustPick({ blameKey: 'culprit' });
    assert.deepEqual([trial.trial, trial.instance.id], [true, 'a']);
    failOften(rig, 'culprit', 20);
    trial.fail('server-error', { now: rig.now });
    assert.equal(rig.see('a').circuit, 'half-open');
    assert.equal(rig.mustPick({ blameKey: 'other' }).trial, true, 'the place is free');
  });

  test('is granted to a blamed key within a minute of silence, when nobody else comes', () => {
    const rig = tripped();
    rig.pass(61_000);
    assert.equal(rig.mustPick({ blameKey: 'culprit' }).trial, true);
  });
});

describe('what it costs', () => {
  test('nothing is made for a service whose keys do well, or whose requests have none', () => {
    const rig = rigOf('abcd');
    for (let at = 0; at < 100; at++) rig.mustPick({ blameKey: `client ${at}` }).succeed({ latencyMs: 10 });
    rig.mustPick().fail('server-error');
    rig.mustPick().fail('server-error');
    assert.equal(rig.engine.state.blame, undefined);
    assert.deepEqual(rig.engine.inspect(rig.now).blamed, []);
  });

  test('a lease without a key has no room for one', () => {
    const rig = rigOf('abcd');
    const plain = rig.mustPick();
    assert.ok(!Object.keys(plain).includes('blameKey'));
    assert.equal(plain.blameKey, undefined);
    assert.equal(rig.mustPick({ blameKey: 'client' }).blameKey, 'client');
  });

  test('keys of any kind are heard as far as they are texts', () => {
    const rig = rigOf('abcd', { preset: 'serving' });
    for (const key of [1, null, {}, [], [1], [undefined, 'x'], Symbol('x'), ['a', 'b', 'c'], '', ['', '']]) {
      for (let at = 0; at < 10; at++) rig.mustPick({ blameKey: key as never }).fail('server-error', { now: rig.now });
      rig.mustPick({ blameKey: key as never }).succeed({ now: rig.now });
    }
    assert.equal(rig.engine.inspect(rig.now).ignored.thrown, 0);
  });
});
