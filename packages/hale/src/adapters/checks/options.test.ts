import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Check } from '../../core/checking/index.ts';
import { ConfigError } from '../../core/model/index.ts';
import { checkFromConfig } from './config.ts';
import { grpcCheck } from './grpc.ts';
import { httpCheck } from './http.ts';
import { tcpCheck } from './tcp.ts';

type Make = (options?: never) => Check;

function faultPaths(make: () => unknown): string[] {
  try {
    make();
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.faults.map(({ path }) => path);
  }
}

const BAD_PORTS = [0, -1, 65_536, 1.5, Number.NaN, Infinity, '80', null, true];
const BAD_TIMEOUTS = [0, -1, Number.NaN, Infinity, 600_001, '1', '11m', '1 s', '', null, {}];
const BAD: Record<string, { make: Make; options: Record<string, unknown[]> }> = {
  http: {
    make: httpCheck as Make,
    options: {
      path: [
        '',
        'health',
        'http://elsewhere/',
        '/a b',
        '/a\r\nx: y',
        '/#part',
        '/ä',
        `/${'x'.repeat(4096)}`,
        1,
        null,
        [],
      ],
      method: ['', 'GET /', 'G\nT', 'CONNECT', 'trace', 'x'.repeat(65), 1, null],
      headers: ['x: y', [], null, 1, Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`h${i}`, 'x']))],
      host: ['', 'a b', 'a\r\nx: y', 'a/b', 'user@a', 'x'.repeat(301), 1, null],
      expect: [
        '',
        '2xx',
        '200-',
        '-299',
        '299-200',
        99,
        600,
        200.5,
        '099',
        Number.NaN,
        [],
        [200, 'x'],
        [[200]],
        {},
        null,
        true,
        Array(101).fill(200),
      ],
      body: ['', 'x'.repeat(4097), 1, null, {}, []],
      port: BAD_PORTS,
      timeout: BAD_TIMEOUTS,
      pth: ['/health'],
      __proto__x: [1],
    },
  },
  tcp: { make: tcpCheck as Make, options: { port: BAD_PORTS, timeout: BAD_TIMEOUTS, path: ['/'] } },
  grpc: {
    make: grpcCheck as Make,
    options: { service: [1, null, {}, 'a\nb', 'x'.repeat(1025)], port: BAD_PORTS, timeout: BAD_TIMEOUTS, host: ['a'] },
  },
};

for (const [kind, { make, options }] of Object.entries(BAD)) {
  for (const [key, values] of Object.entries(options)) {
    test(`a wrong ${key} of a ${kind} check is a fault with its path`, () => {
      for (const value of values)
        assert.deepEqual(
          faultPaths(() => make({ [key]: value } as never)),
          [key],
          String(value),
        );
    });
  }
  test(`options of a ${kind} check that are no object are a fault`, () => {
    for (const value of [null, 1, 'x', [], true])
      assert.deepEqual(
        faultPaths(() => make(value as never)),
        ['options'],
      );
  });
}

test('all faults are told at once', () => {
  const paths = faultPaths(() => httpCheck({ path: 'x', method: '', port: 0, expect: 'ok', colour: 'red' } as never));
  assert.deepEqual(paths.sort(), ['colour', 'expect', 'method', 'path', 'port']);
});

test('a wrong header is told by its name, and never by its value', () => {
  const headers = {
    'bad name': 'x',
    host: 'a',
    connection: 'close',
    'x-token': 'secret\r\ninjected: 1',
    'x-number': 1,
    good: 'x',
  };
  assert.deepEqual(faultPaths(() => httpCheck({ headers } as never)).sort(), [
    'headers.bad name',
    'headers.connection',
    'headers.host',
    'headers.x-number',
    'headers.x-token',
  ]);
  assert.throws(
    () => httpCheck({ headers } as never),
    (error: Error) => !error.message.includes('secret'),
  );
});

test('an expected body does not go with HEAD', () => {
  assert.deepEqual(
    faultPaths(() => httpCheck({ method: 'HEAD', body: 'ok' })),
    ['body'],
  );
});

test('the widest good options are taken', () => {
  httpCheck();
  httpCheck({});
  httpCheck({
    path: '/a?b=c&d=%20',
    method: 'options',
    headers: { 'X-Token': 'y' },
    host: 'api.example.com:8443',
    expect: [200, '201-204, 301', '404'],
    body: /ok/g,
    port: 65_535,
    timeout: '10m',
  });
  tcpCheck({ port: 1, timeout: 1 });
  grpcCheck({ service: 'x'.repeat(1024) });
});

test('a configured check is made by its type, with the knobs of `check` beside it', () => {
  const knobs = { timeout: '1s', rise: 2, fall: 3, when: 'always', concurrency: 4 };
  for (const config of [
    { type: 'http', path: '/health' },
    { type: 'tcp', port: 5 },
    { type: 'grpc', service: 'a' },
  ]) {
    assert.equal(typeof checkFromConfig({ ...config, ...knobs }), 'function');
  }
});

test('faults of a configured check begin with its path', () => {
  assert.deepEqual(
    faultPaths(() => checkFromConfig({ type: 'http', path: 'x', speed: 1 }, 'services.a.health.check')).sort(),
    ['services.a.health.check.path', 'services.a.health.check.speed'],
  );
  for (const type of [undefined, 'icmp', '__proto__', 'constructor', 1, null])
    assert.deepEqual(
      faultPaths(() => checkFromConfig({ type })),
      ['check.type'],
    );
  for (const config of [undefined, null, 'http', [], 1])
    assert.deepEqual(
      faultPaths(() => checkFromConfig(config)),
      ['check'],
    );
});

test('an instance without an address is a failed check that says what is missing', async () => {
  const cases = [
    [{ id: 'a' }, /"a".*neither url nor host/],
    [{ id: 'a', host: 'h' }, /no port/],
    [{ id: 'a', url: 'nonsense' }, /url cannot be read/],
    [{ id: 'a', url: 'ftp://h/' }, /begins with ftp:/],
    [{ id: 'a', host: 'h/path?', port: 1 }, /host cannot be read/],
  ] as const;
  for (const check of [httpCheck(), tcpCheck(), grpcCheck()]) {
    for (const [instance, reason] of cases) {
      const answer = (await check(instance, { signal: new AbortController().signal })) as {
        kind: string;
        reason: string;
      };
      assert.equal(answer.kind, 'failure');
      assert.match(answer.reason, reason);
    }
  }
});
