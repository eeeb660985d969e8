// What configures, against what nobody should hand in: it is refused with ConfigError, with all its faults at once, and
// nothing is applied.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServiceInstance } from '../core/model/index.ts';
import { ConfigError } from '../core/model/index.ts';
import { HealthAwareLoadBalancer } from './balancer.ts';
import { NONSENSE, faultsOf, named, stage, word } from './stage-fixture.test.ts';

/** Calls with a value of whatever type. */
const loose = <T>(value: unknown): T => value as T;

describe('what configures is refused with all its faults', () => {
  test('the constructor takes an object of known keys', () => {
    for (const value of NONSENSE) {
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      if (!isObject)
        assert.deepEqual(
          faultsOf(() => new HealthAwareLoadBalancer(loose(value))),
          ['options'],
          word(value),
        );
    }
    assert.deepEqual(
      faultsOf(() => new HealthAwareLoadBalancer(JSON.parse('{"__proto__":{}}'))),
      ['__proto__'],
    );
    assert.deepEqual(
      faultsOf(() => new HealthAwareLoadBalancer(loose({ constructor: 1, hasOwnProperty: 2 }))),
      ['constructor', 'hasOwnProperty'],
    );
  });

  test('one error tells every fault of the options at once', () => {
    const wrong = {
      preset: 'fast',
      strategy: 'fastest',
      check: 5,
      zone: '',
      clock: { now: 1 },
      random: 4,
      record: { write: 'outcomes.jsonl' },
      healthThreshold: 1,
      recoveryWindow: 300,
      circuitBreakThreshold: 0,
      minHealthyInstances: 1.5,
      limits: { maxInFlight: NaN, overflow: 1 },
      retries: [],
      classify: 7,
      nonsense: true,
    };
    const paths = faultsOf(() => new HealthAwareLoadBalancer(loose(wrong)));
    for (const path of [
      'preset',
      'strategy',
      'check',
      'zone',
      'clock',
      'random',
      'record',
      'healthThreshold',
      'recoveryWindow',
      'circuitBreakThreshold',
      'minHealthyInstances',
      'limits.maxInFlight',
      'limits.overflow',
      'retries',
      'classify',
      'nonsense',
    ]) {
      assert.ok(
        paths.some((one) => one.startsWith(path)),
        `${path} is missing in ${paths.join(', ')}`,
      );
    }
  });

  for (const key of [
    'strategy',
    'check',
    'zone',
    'responseTimeout',
    'clock',
    'random',
    'record',
    'preset',
    'healthThreshold',
    'recoveryWindow',
    'minHealthyInstances',
    'limits',
    'retries',
    'rules',
    'classify',
  ]) {
    test(`the option ${key} takes no nonsense`, () => {
      for (const value of NONSENSE) {
        if (isFine(key, value)) continue;
        const paths = faultsOf(() => new HealthAwareLoadBalancer(loose({ [key]: value })));
        assert.ok(
          paths.some((path) => path.startsWith(key)),
          `${key}: ${word(value)} gave ${paths.join(', ') || 'no fault'}`,
        );
      }
    });
  }

  test('a service needs a name of 1 to 256 characters', () => {
    const { balancer } = stage();
    for (const value of NONSENSE) {
      if (typeof value === 'string' && value.length > 0) continue;
      assert.ok(faultsOf(() => balancer.service(loose(value))).includes('service'), word(value));
    }
    assert.deepEqual(
      faultsOf(() => balancer.service('x'.repeat(257))),
      ['service'],
    );
    assert.equal(balancer.service('__proto__').name, '__proto__');
    assert.deepEqual([...balancer.services.keys()], ['users', '__proto__']);
  });

  test('options of a service are refused when it exists, and so are a clock or chance of its own', () => {
    const { balancer, clock } = stage();
    assert.deepEqual(
      faultsOf(() => balancer.service('users', {})),
      ['service'],
    );
    assert.deepEqual(
      faultsOf(() => balancer.service('other', loose({ clock, random: Math.random, record: { write() {} } }))),
      ['clock', 'random', 'record'],
    );
    assert.equal(balancer.services.has('other'), false);
    for (const value of NONSENSE) {
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) continue;
      assert.deepEqual(
        faultsOf(() => balancer.service('other', loose(value))),
        ['options'],
        word(value),
      );
    }
  });

  test('options of the balancer are none of one service, where they would have no effect', () => {
    const { balancer } = stage();
    assert.deepEqual(
      faultsOf(() => balancer.service('other', loose({ maxServices: 3 }))),
      ['maxServices'],
    );
    assert.throws(() => balancer.service('other', loose({ maxServices: 3 })), /an option of the balancer/);
    assert.equal(balancer.services.has('other'), false);
  });

  test('responseTimeout is a duration up to a day, of the balancer or of one service', () => {
    const { balancer } = stage({ responseTimeout: '10s' });
    balancer.service('quick', { responseTimeout: '500ms' });
    balancer.service('slow', { responseTimeout: 60_000 });
    for (const value of [30, -1, '0s', '2d', Infinity])
      assert.deepEqual(
        faultsOf(() => balancer.service('other', loose({ responseTimeout: value }))),
        ['responseTimeout'],
        word(value),
      );
  });

  test('maxServices bounds the services, and those that exist go on', () => {
    const { balancer } = stage({ maxServices: 2 });
    balancer.service('second');
    assert.deepEqual(
      faultsOf(() => balancer.service('third')),
      ['service'],
    );
    assert.equal(balancer.service('second').name, 'second');
  });

  test('a wrong membership is refused with every fault, and the last good one stays', () => {
    const { users } = stage({}, 'ab');
    for (const value of NONSENSE) {
      if (Array.isArray(value)) continue;
      assert.deepEqual(
        faultsOf(() => users.update<ServiceInstance>(loose(value))),
        ['instances'],
        word(value),
      );
      const paths = faultsOf(() => users.update<ServiceInstance>(loose([{ id: 'new' }, value])));
      assert.ok(paths.every((path) => path.startsWith('instances[1]')) && paths.length > 0, word(value));
    }
    const paths = faultsOf(() =>
      users.update<ServiceInstance>(
        loose([
          { id: 'new' },
          { id: '' },
          { id: 'x'.repeat(257) },
          { id: 'w', weight: 0 },
          { id: 'v', weight: NaN, priority: -1, zone: '', url: '', host: 5, port: 65_536 },
          { id: 'new' },
          undefined,
        ]),
      ),
    );
    assert.deepEqual(paths, [
      'instances[1].id',
      'instances[2].id',
      'instances[3].weight',
      'instances[4].weight',
      'instances[4].priority',
      'instances[4].zone',
      'instances[4].url',
      'instances[4].host',
      'instances[4].port',
      'instances[5].id',
      'instances[6]',
    ]);
    assert.deepEqual(
      users.inspect().instances.map(({ id }) => id),
      ['a', 'b'],
    );
  });

  for (const key of ['id', 'weight', 'priority', 'zone', 'url', 'host', 'port']) {
    test(`an instance's ${key} takes no nonsense`, () => {
      const { users } = stage({}, 'a');
      for (const value of NONSENSE) {
        if (typeof value === 'string' && value.length > 0 && key !== 'weight' && key !== 'priority' && key !== 'port')
          continue;
        if (key === 'priority' && value === 0) continue;
        assert.deepEqual(
          faultsOf(() => users.update<ServiceInstance>(loose([{ id: 'b', [key]: value }]))),
          [`instances[0].${key}`],
          word(value),
        );
      }
      assert.deepEqual(
        users.inspect().instances.map(({ id }) => id),
        ['a'],
      );
    });
  }

  test('a list with ten thousand faults is told by its first hundred', () => {
    const { users } = stage();
    const paths = faultsOf(() => users.update<ServiceInstance>(loose(Array.from({ length: 10_000 }, () => null))));
    assert.equal(paths.length, 100);
  });

  test('maxInstances bounds a list, and the remembered make room for the present', () => {
    const { users } = stage({ maxInstances: 3 }, 'abc');
    assert.deepEqual(
      faultsOf(() => users.update(named('abcd'))),
      ['instances'],
    );
    users.update(named('def'));
    assert.deepEqual(
      users.inspect().instances.map(({ id }) => id),
      ['d', 'e', 'f'],
    );
    assert.throws(() => users.override('a', { mode: 'drain' }), ConfigError, 'a was forgotten');
  });

  test('an override is refused as a whole when any of it is wrong', () => {
    const { users, see } = stage({}, 'a');
    for (const value of NONSENSE) {
      assert.notDeepEqual(
        faultsOf(() => users.override(loose(value), { mode: 'drain' })),
        [],
        `id ${word(value)}`,
      );
      assert.notDeepEqual(
        faultsOf(() => users.override('a', loose(value))),
        [],
        `wish ${word(value)}`,
      );
      assert.deepEqual(
        faultsOf(() => users.override('a', loose({ mode: value, circuit: 'open' }))),
        ['mode'],
        `mode ${word(value)}`,
      );
      assert.deepEqual(
        faultsOf(() => users.override('a', loose({ mode: 'drain', circuit: value }))),
        ['circuit'],
        `circuit ${word(value)}`,
      );
    }
    assert.deepEqual(
      faultsOf(() => users.override('x', loose({ mode: 'off', force: true }))),
      ['id', 'force', 'mode'],
    );
    assert.deepEqual([see('a').mode, see('a').circuit], ['ready', 'closed']);
  });

  test('a listener is a function, and facts are asked for by a number', () => {
    const { balancer } = stage({}, 'a');
    for (const value of NONSENSE) {
      if (typeof value !== 'function')
        assert.deepEqual(
          faultsOf(() => balancer.onFact(loose(value))),
          ['listener'],
          word(value),
        );
      if (typeof value !== 'number')
        assert.deepEqual(
          faultsOf(() => balancer.facts(loose(value))),
          ['since'],
          word(value),
        );
      else assert.ok(Array.isArray(balancer.facts(value)));
    }
  });

  test('run takes a function and options that make sense, or asks nobody', async () => {
    const { users } = stage({}, 'a');
    const failing = async (call: unknown, options?: unknown): Promise<string[]> => {
      try {
        await users.run(loose<() => unknown>(call), loose(options));
        return [];
      } catch (error) {
        if (error instanceof ConfigError) return error.faults.map(({ path }) => path);
        throw error;
      }
    };
    for (const value of NONSENSE) {
      if (typeof value !== 'function') assert.deepEqual(await failing(value), ['call'], word(value));
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        assert.deepEqual(await failing(() => 1, value), ['options'], word(value));
      assert.deepEqual(await failing(() => 1, { signal: value }), ['signal'], word(value));
      if (typeof value !== 'function')
        assert.deepEqual(await failing(() => 1, { classify: value }), ['classify'], word(value));
      if (!(typeof value === 'number' && value >= 0))
        assert.deepEqual(await failing(() => 1, { retries: value }), ['retries'], word(value));
    }
    assert.equal(users.inspect().instances[0].evidence.all, 0, 'no instance was blamed');
  });
});

function isFine(key: string, value: unknown): boolean {
  if (typeof value === 'function') return key === 'strategy' || key === 'check' || key === 'random';
  if (typeof value === 'string' && value.length > 0) return key === 'zone';
  if (Array.isArray(value)) return key === 'classify';
  if (typeof value === 'object' && value !== null)
    return ['check', 'limits', 'retries', 'rules'].includes(key) && Object.keys(value).length === 0;
  return key === 'minHealthyInstances' && value === 0;
}
