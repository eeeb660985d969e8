import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from 'hale/engine';
import type { Config } from './config.ts';
import type { ConfigInput } from './input.ts';
import { loadConfig, readConfig } from './load.ts';

function load(text: string, env: Record<string, string> = {}): Config {
  const { config, faults } = loadConfig(text, { file: 'f', env });
  assert.deepEqual(faults, []);
  return config!;
}

test('the smallest file has every default filled in', () => {
  assert.deepEqual(load('services: { api: { instances: [{ url: http://a }] } }'), {
    listeners: [{ kind: 'tcp', host: '127.0.0.1', port: 8080 }],
    workers: 0,
    routes: [{ host: undefined, path: '/', service: 'api' }],
    services: [
      {
        name: 'api',
        instances: [{ id: 'http://a:80', url: 'http://a:80', host: 'a', port: 80, weight: 1, priority: 0 }],
        strategy: 'lowest-price',
        key: undefined,
        options: { preset: 'serving' },
        check: undefined,
        timeouts: { connectMs: 1000, responseMs: 30_000, idleMs: 60_000 },
      },
    ],
    zone: undefined,
    forwarded: 'replace',
    exposeInstance: false,
    drainTimeoutMs: 30_000,
    record: undefined,
  } satisfies Config);
});

test('a full file arrives as it was written', () => {
  const config = load(`
listeners: [{ address: '[::1]:8080' }, { address: unix:/run/hale.sock }]
workers: 0
zone: eu-1
forwarded: append
exposeInstance: true
drainTimeout: 1.5s
routes:
  - { host: 'API.example.com.', path: /v1/, service: api }
  - { host: '*.example.com', service: api }
services:
  api:
    instances: [{ id: a, url: 'http://[::1]:3001/', weight: 0.5, priority: 1, zone: eu-1 }]
    strategy: maglev
    key: { header: X-User }
    health:
      preset: providers
      recoveryWindow: 500ms
      slowStart: 0
      rules: { run: observe }
      classify: [{ status: 404, as: server-error }, { status: [500-599], header: { name: X-Fault, matches: 'client*' }, as: ignored }]
      check: { path: /health?x=1, method: POST, headers: { X-A: b }, host: h:80, expect: '200, 204-206', body: fine, port: 9000, timeout: 2s, rise: 1 }
    timeouts: { connect: 500ms, response: 1m, idle: 1h }
    retries: { max: 2, budget: 0.1 }
    limits: { maxInFlight: 5 }
`);
  assert.deepEqual(config.listeners, [
    { kind: 'tcp', host: '::1', port: 8080 },
    { kind: 'unix', path: '/run/hale.sock' },
  ]);
  assert.deepEqual(config.routes, [
    { host: 'api.example.com', path: '/v1/', service: 'api' },
    { host: '*.example.com', path: '/', service: 'api' },
  ]);
  assert.equal(config.drainTimeoutMs, 1500);
  const [service] = config.services;
  assert.deepEqual(service?.instances, [
    { id: 'a', url: 'http://[::1]:3001', host: '::1', port: 3001, weight: 0.5, priority: 1, zone: 'eu-1' },
  ]);
  assert.deepEqual(service?.key, { from: 'header', name: 'x-user' });
  assert.deepEqual(service?.options, {
    preset: 'providers',
    recoveryWindow: '500ms',
    slowStart: 0,
    rules: { run: 'observe' },
    classify: [
      { status: 404, as: 'server-error' },
      { status: ['500-599'], header: { name: 'X-Fault', matches: 'client*' }, as: 'ignored' },
    ],
    check: { timeout: '2s', rise: 1 },
    retries: { max: 2, budget: 0.1 },
    limits: { maxInFlight: 5 },
  });
  assert.deepEqual(service?.check, {
    type: 'http',
    path: '/health?x=1',
    method: 'POST',
    headers: { 'x-a': 'b' },
    host: 'h:80',
    expect: [
      { from: 200, to: 200 },
      { from: 204, to: 206 },
    ],
    body: 'fine',
    port: 9000,
  });
  assert.deepEqual(service?.timeouts, { connectMs: 500, responseMs: 60_000, idleMs: 3_600_000 });
});

test('each type of check has its defaults', () => {
  const check = (text: string): unknown =>
    load(`services: { api: { instances: [{ url: http://a }], health: { check: ${text} } } }`).services[0]?.check;
  assert.deepEqual(check('{}'), {
    type: 'http',
    path: '/',
    method: 'GET',
    headers: {},
    host: undefined,
    expect: [{ from: 200, to: 299 }],
    body: undefined,
    port: undefined,
  });
  assert.deepEqual(check('{ expect: 204 }'), {
    type: 'http',
    path: '/',
    method: 'GET',
    headers: {},
    host: undefined,
    expect: [{ from: 204, to: 204 }],
    body: undefined,
    port: undefined,
  });
  assert.deepEqual(check('{ type: tcp, timeout: 1s }'), { type: 'tcp', port: undefined });
  assert.deepEqual(check('{ type: grpc, service: a.B }'), { type: 'grpc', service: 'a.B', port: undefined });
});

test('aliases are followed', () => {
  const config = load(
    'services:\n  a: &a\n    instances: &i [{ url: http://a }]\n  b: *a\n  c: { instances: *i }\nroutes: [{ path: /b, service: b }, { path: /c, service: c }, { service: a }]\n',
  );
  assert.deepEqual(
    config.services.map(({ name, instances }) => `${name} ${instances[0]?.url}`),
    ['a http://a:80', 'b http://a:80', 'c http://a:80'],
  );
});

test('a name given again to an anchor leaves earlier aliases as they were', () => {
  const config = load(
    'services:\n  a: { instances: [{ url: &u http://a }] }\n  b: { instances: &l [{ url: *u }] }\n  c: { instances: [{ url: &u http://c }] }\n  d: { instances: *l }\nroutes: [{ path: /b, service: b }, { path: /c, service: c }, { path: /d, service: d }, { service: a }]\n',
  );
  assert.deepEqual(
    config.services.map(({ instances }) => instances[0]?.url),
    ['http://a:80', 'http://a:80', 'http://c:80', 'http://a:80'],
  );
});

test('a byte order mark and Windows line ends are no fault', () => {
  load('\ufeffservices:\r\n  api:\r\n    instances:\r\n      - url: http://a\r\n');
});

test('10 000 instances are a configuration', () => {
  const lines = Array.from(
    { length: 10_000 },
    (_, index) => `      - { id: i${index}, url: 'http://10.0.${index >> 8}.${index & 255}:80' }\n`,
  );
  assert.equal(load(`services:\n  api:\n    instances:\n${lines.join('')}`).services[0]?.instances.length, 10_000);
});

test('a program may give the same tree as an object', () => {
  const input: ConfigInput = {
    listen: '127.0.0.1:0',
    services: { api: { instances: [{ url: 'http://a' }], health: { recoveryWindow: '1s' } } },
  };
  assert.equal(readConfig(input).services[0]?.name, 'api');
});

test('an object that is wrong is refused with all its faults', () => {
  const faultsOf = (input: unknown): string[] => {
    try {
      readConfig(input as ConfigInput);
    } catch (error) {
      assert.ok(error instanceof ConfigError);
      return error.faults.map(({ path, received }) => `${path}: ${received}`);
    }
    return [];
  };
  const cyclic: Record<string, unknown> = {};
  cyclic['services'] = cyclic;
  assert.deepEqual(faultsOf(undefined), ['document: nothing']);
  assert.deepEqual(faultsOf(null), ['document: nothing']);
  assert.deepEqual(faultsOf([]), ['document: a list of 0']);
  assert.deepEqual(
    faultsOf({ services: { a: { instances: [{ url: 1, weight: Number.POSITIVE_INFINITY }] } }, zone: '' }),
    ['services.a.instances[0].url: 1', 'services.a.instances[0].weight: Infinity', 'zone: ""'],
  );
  assert.deepEqual(faultsOf({ services: { a: { instances: () => 1 } } }), ['services.a.instances: a function']);
  assert.ok(faultsOf(cyclic).length > 0);
});

test('a record is a path, or a mapping with it and other sizes', () => {
  const record = (value: string, env: Record<string, string> = {}): Config['record'] =>
    load(`record: ${value}\nservices: { api: { instances: [{ url: http://a }] } }`, env).record;
  assert.deepEqual(record('outcomes.jsonl'), { file: 'outcomes.jsonl', maxBytes: 64_000_000, maxFiles: 3 });
  assert.deepEqual(record('{ file: /var/log/o }'), { file: '/var/log/o', maxBytes: 64_000_000, maxFiles: 3 });
  assert.deepEqual(record('{ file: o, maxSize: 1.5GB, maxFiles: 1 }'), {
    file: 'o',
    maxBytes: 1_500_000_000,
    maxFiles: 1,
  });
  assert.deepEqual(record('{ file: "${F}", maxSize: ${S}, maxFiles: ${N} }', { F: 'o', S: '4096B', N: '1000' }), {
    file: 'o',
    maxBytes: 4096,
    maxFiles: 1000,
  });
});
