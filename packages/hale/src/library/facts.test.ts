// Facts and those who listen: told after the door has returned, isolated, bounded.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fact } from '../core/model/index.ts';
import { awkward, named, serve, stage } from './stage-fixture.test.ts';

describe('a listener', () => {
  test('that throws changes nothing but a counter, and the others are told', () => {
    for (const thrown of [new Error('mine'), undefined, awkward, Symbol('s'), Object.create(null)]) {
      const here = stage({}, 'ab');
      const heard: string[] = [];
      here.balancer.onFact(() => {
        throw thrown;
      });
      here.balancer.onFact((fact) => heard.push(fact.type));
      for (let i = 0; i < 5; i++) here.balancer.recordError('users', 'a');
      assert.equal(here.see('a').circuit, 'open');
      assert.equal(heard.at(-1), 'tripped');
      assert.equal(here.users.inspect().ignored.thrown, heard.length);
      assert.match(here.users.inspect().ignored.last ?? '', /a listener threw/);
      assert.equal(serve(here, 20), 20);
    }
  });

  test('that is async and rejects ends no process', async () => {
    const here = stage({}, 'ab');
    here.balancer.onFact(async () => {
      await Promise.resolve();
      throw new Error('later');
    });
    here.users.override('a', { mode: 'drain' });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(here.users.inspect().ignored.thrown, 1);
    assert.match(here.users.inspect().ignored.last ?? '', /later/);
  });

  test('is counted with the service whose fact it was told', () => {
    const here = stage({}, 'ab');
    const other = here.balancer.service('other');
    here.balancer.onFact(() => {
      throw new Error('mine');
    });
    here.users.override('a', { mode: 'drain' });
    assert.deepEqual([here.users.inspect().ignored.thrown, other.inspect().ignored.thrown], [1, 0]);
  });

  test('is told after the door has returned to rest, sees no half transition, and may call any door', () => {
    const here = stage({}, 'abc');
    const seen: unknown[] = [];
    here.balancer.onFact((fact) => {
      if (fact.type === 'joined') return;
      seen.push([fact.type, here.see('a').circuit, here.see('a').mode]);
      if (fact.type === 'tripped') {
        here.users.override('b', { mode: 'drain' });
        here.users.update(named('abcd'));
        here.users.pick()?.ignore();
        here.balancer.recordError('users', 'c');
      }
    });
    for (let i = 0; i < 5; i++) here.balancer.recordError('users', 'a');
    assert.deepEqual(seen, [
      ['tripped', 'open', 'ready'],
      ['overridden', 'open', 'ready'],
    ]);
    const facts = here.balancer.facts();
    assert.deepEqual(
      facts.map(({ number }) => number),
      facts.map((_, i) => i + 1),
      'numbered without gaps',
    );
  });

  test('may leave while it is told, and a function that came twice is told twice and leaves once', () => {
    const here = stage({}, 'a');
    const heard: string[] = [];
    const stopOne = here.balancer.onFact(() => {
      heard.push('one');
      stopOne();
    });
    const twice = (): void => void heard.push('two');
    const stopTwo = here.balancer.onFact(twice);
    here.balancer.onFact(twice);
    here.users.override('a', { mode: 'drain' });
    assert.deepEqual(heard, ['one', 'two', 'two']);
    stopTwo();
    stopTwo();
    here.users.override('a', { mode: 'ready' });
    assert.deepEqual(heard, ['one', 'two', 'two', 'two']);
  });

  test('that answers each fact with another is heard for a bounded time only', () => {
    const here = stage({}, 'a');
    let told = 0;
    here.balancer.onFact(() => {
      told++;
      here.users.override('a', { mode: told % 2 === 0 ? 'ready' : 'drain' });
    });
    here.users.override('a', { mode: 'drain' });
    assert.ok(told > 0 && told <= 10_000, `${told}`);
    here.users.override('a', { mode: 'maintenance' });
    assert.ok(told > 1);
  });

  test('finds the last thousand facts kept, by number', () => {
    const here = stage({}, 'a');
    for (let i = 0; i < 1500; i++) here.users.override('a', { mode: i % 2 === 0 ? 'drain' : 'ready' });
    const facts = here.balancer.facts();
    assert.equal(facts.length, 1000);
    assert.equal(facts.at(-1)!.number, 1501);
    assert.deepEqual(
      here.balancer.facts(1499).map(({ number }) => number),
      [1500, 1501],
    );
    assert.deepEqual(here.balancer.facts(1501), []);
  });
});

test('facts are plain data that survives JSON', () => {
  const here = stage({}, 'ab');
  for (let i = 0; i < 5; i++) here.balancer.recordError('users', 'a');
  const facts: Fact[] = here.balancer.facts();
  assert.deepEqual(JSON.parse(JSON.stringify(facts)), facts);
});
