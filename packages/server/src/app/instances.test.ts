import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from 'hale';
import { readInstances } from './instances.ts';

test('an address is read from the url, or from host and port, and other keys stay behind', () => {
  const list = [
    { id: 'a', url: 'http://h:81', weight: 2, close: () => {} },
    { id: 'b', host: 'h', port: 82 },
    { id: 'c', url: 'http://[::1]' },
  ];
  assert.deepEqual(readInstances(list), [
    { id: 'a', url: 'http://h:81', weight: 2, host: 'h', port: 81 },
    { id: 'b', host: 'h', port: 82 },
    { id: 'c', url: 'http://[::1]', host: '::1', port: 80 },
  ]);
});

const WRONG: readonly [string, unknown, string[]][] = [
  ['no list', undefined, ['instances']],
  ['a text', 'http://a', ['instances']],
  ['entries that are no objects', [null, 7, 'a'], ['instances[0]', 'instances[1]', 'instances[2]']],
  ['no address', [{ id: 'a' }], ['instances[0].url']],
  ['another scheme', [{ id: 'a', url: 'https://a' }], ['instances[0].url']],
  ['a url that is none', [{ id: 'a', url: 'a' }], ['instances[0].url']],
  [
    'what is no data',
    [
      { id: () => {}, url: 'http://a' },
      { id: 'b', url: 'http://b', weight: {} },
    ],
    ['instances[0].id', 'instances[1].weight'],
  ],
  [
    'a port that is none',
    [
      { id: 'a', host: 'h', port: 70_000 },
      { id: 'b', host: 'h', port: Number.NaN },
    ],
    ['instances[0].url', 'instances[1].url'],
  ],
  ['an empty host', [{ id: 'a', host: '', port: 80 }], ['instances[0].url']],
];
for (const [what, list, paths] of WRONG) {
  test(`${what}: every fault is told`, () => {
    assert.throws(
      () => readInstances(list as never),
      (error) =>
        error instanceof ConfigError &&
        assert.deepEqual(
          error.faults.map(({ path }) => path),
          paths,
        ) === undefined,
    );
  });
}
