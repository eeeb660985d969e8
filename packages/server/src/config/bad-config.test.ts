// A table of wrong files: every fault, with its exact line and column. `SERVICE` stands for a service that is right.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFault } from './fault.ts';
import { loadConfig } from './load.ts';

const SERVICE = 'services: { api: { instances: [{ url: http://a:1 }] } }';
/** In front of the keys of one service, which begin on line 4, column 5. */
const API = 'services:\n  api:\n    instances: [{ url: http://a:1 }]\n';

const CASES: readonly (readonly [name: string, text: string, ...faults: string[]])[] = [
  // The text
  ['nothing at all', '', '1:1 document: expected a mapping, received nothing'],
  ['only a comment', '# nothing\n', '1:1 document: expected a mapping, received nothing'],
  ['a list', '- a\n', '1:1 document: expected a mapping, received a list of 1'],
  ['a word', 'hale\n', '1:1 document: expected a mapping, received "hale"'],
  ['a tab as indentation', 'services:\n\tapi: {}\n', '2:1 document: expected spaces as indentation, received a tab'],
  ['two documents', `${SERVICE}\n---\nzone: a\n`, '2:1 document: expected one document, received another one'],
  [
    'a missing bracket',
    'zone: [a\nlisten: b\n',
    '2:1 document: expected valid YAML, received this: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  [
    'a tag',
    `${SERVICE}\nzone: !!js/function x\n`,
    '2:7 document: expected values without tags, received the tag tag:yaml.org,2002:js/function',
  ],
  [
    'a binary tag',
    `${SERVICE}\nzone: !!binary eA==\n`,
    '2:7 document: expected values without tags, received the tag tag:yaml.org,2002:binary',
  ],
  ['YAML 1.1', `%YAML 1.1\n---\n${SERVICE}\n`, '1:1 document: expected YAML 1.2, received YAML 1.1'],
  [
    'a key twice',
    `zone: a\n${SERVICE}\nzone: b\n`,
    '3:1 zone: expected a key that is given once, received the key again',
  ],
  [
    'a key that is a number',
    `${SERVICE}\n80: a\n`,
    '2:1 document: expected keys that are text, received 80 (quote it)',
  ],
  [
    'a key that is a list',
    `${SERVICE}\n? [a]\n: b\n`,
    '2:3 document: expected keys that are text, received another kind of key',
  ],
  ['a prototype', `${SERVICE}\n__proto__: { zone: a }\n`, '2:1 document: expected another key, received __proto__'],
  [
    'a prototype among services',
    'services: { api: { instances: [{ url: http://a:1 }] }, __proto__: {} }',
    '1:56 services: expected another key, received __proto__',
  ],
  [
    'a cycle',
    `${SERVICE}\nzone: &a [*a]\n`,
    '2:10 zone: expected the name of a zone, 1 to 256 characters, received a list of 1',
    '2:11 zone[0]: expected an alias that does not contain itself, received *a',
  ],
  ['an unknown alias', `${SERVICE}\nzone: *a\n`, '2:7 zone: expected an alias of an anchor above it, received *a'],
  [
    'a mask of references',
    `${SERVICE} # \uf841\n`,
    '1:59 document: expected no private use characters from U+F820 to U+F87E, received one',
  ],
  // The top
  ['no services', 'zone: a\n', '1:1 services: expected a mapping, received nothing'],
  ['empty services', 'services: {}\n', '1:11 services: expected at least 1 service, received none'],
  [
    'a key of a later version',
    `${SERVICE}\nadmin: { listen: 127.0.0.1:9900 }\n`,
    '2:1 admin: expected a known key (listen, listeners, workers, routes, services, zone, forwarded, exposeInstance, drainTimeout), received "admin"',
  ],
  [
    'a misspelt key',
    `${SERVICE}\nlistener: []\n`,
    '2:1 listener: expected a known key (did you mean listeners?), received "listener"',
  ],
  [
    'a port alone',
    `listen: 8080\n${SERVICE}\n`,
    "1:9 listen: expected an address such as '127.0.0.1:8080', '[::1]:8080' or 'unix:/run/hale.sock', received 8080",
  ],
  [
    'a port out of range',
    `listen: 127.0.0.1:65536\n${SERVICE}\n`,
    `1:9 listen: expected an address such as '127.0.0.1:8080', '[::1]:8080' or 'unix:/run/hale.sock', received "127.0.0.1:65536"`,
  ],
  [
    'listen beside listeners',
    `listen: a:1\nlisteners: [{ address: b:1 }]\n${SERVICE}\n`,
    '1:1 listen: expected no such key beside listeners, received "a:1"',
  ],
  [
    'TLS, which comes later',
    `listeners:\n  - { address: b:1, tls: {} }\n${SERVICE}\n`,
    '2:21 listeners[0].tls: expected a known key (address), received "tls"',
  ],
  ['no listener', `listeners: []\n${SERVICE}\n`, '1:12 listeners: expected at least 1 entry, received a list of 0'],
  [
    'a listener twice',
    `listeners: [{ address: b:1 }, { address: b:1 }]\n${SERVICE}\n`,
    '1:42 listeners[1].address: expected another address than listeners[0].address, received "b:1"',
  ],
  [
    'workers',
    `workers: 4\n${SERVICE}\n`,
    '1:10 workers: expected 0, since this version forwards in one process, received 4',
  ],
  [
    'a policy that is none',
    `forwarded: apend\n${SERVICE}\n`,
    '1:12 forwarded: expected append or replace or off (did you mean append?), received "apend"',
  ],
  [
    'a truth value in words',
    `exposeInstance: yes\n${SERVICE}\n`,
    '1:17 exposeInstance: expected true or false, received "yes"',
  ],
  [
    'a drain time without unit',
    `drainTimeout: 30\n${SERVICE}\n`,
    "1:15 drainTimeout: expected a duration from 1ms to 1d such as '30s', received 30 (write '30s' or '30ms')",
  ],
  // Routes
  [
    'several services without routes',
    'services: { a: { instances: [{ url: http://a:1 }] }, b: { instances: [{ url: http://b:1 }] } }',
    '1:1 routes: expected routes, since there are several services, received nothing',
  ],
  ['no routes', `routes: []\n${SERVICE}\n`, '1:9 routes: expected at least 1 entry, received a list of 0'],
  [
    'a route to nowhere',
    `routes:\n  - service: apo\n${SERVICE}\n`,
    '2:14 routes[0].service: expected a service of this file (did you mean api?), received "apo"',
  ],
  [
    'a route without service',
    `routes:\n  - path: /\n  - service: api\n${SERVICE}\n`,
    '2:5 routes[0].service: expected the name of a service, received nothing',
    '3:5 routes[1]: expected a route that routes[0] leaves something to, received one that is never reached',
  ],
  [
    'a route with a port',
    `routes: [{ host: 'a:80', service: api }]\n${SERVICE}\n`,
    `1:18 routes[0].host: expected a name such as 'api.example.com' or '*.example.com', without a port, received "a:80"`,
  ],
  [
    'a star in the middle',
    `routes: [{ host: 'a.*.b', service: api }]\n${SERVICE}\n`,
    `1:18 routes[0].host: expected a name such as 'api.example.com' or '*.example.com', without a port, received "a.*.b"`,
  ],
  [
    'a relative path',
    `routes: [{ path: v1, service: api }]\n${SERVICE}\n`,
    `1:18 routes[0].path: expected a path that begins with '/', without a query, received "v1"`,
  ],
  [
    'a hidden route',
    `routes: [{ host: '*.b.c', service: api }, { host: A.B.C, path: /x, service: api }]\n${SERVICE}\n`,
    '1:43 routes[1]: expected a route that routes[0] leaves something to, received one that is never reached',
  ],
  [
    'a service without route',
    `routes: [{ service: a }]\nservices:\n  a: { instances: [{ url: http://a:1 }] }\n  b: { instances: [{ url: http://b:1 }] }\n`,
    '4:3 services.b: expected a service that a route leads to, received one without a route',
  ],
  // Services
  [
    'an odd name',
    "services: { 'a/b': { instances: [{ url: http://a:1 }] } }",
    `1:13 services["a/b"]: expected a name of at most 64 letters, digits, '.', '_' and '-', received "a/b"`,
  ],
  ['a service of nothing', 'services:\n  api:\n', '2:7 services.api: expected a mapping, received nothing'],
  ['no instances', 'services:\n  api: {}\n', '2:3 services.api.instances: expected a list, received nothing'],
  [
    'an empty list',
    'services: { api: { instances: [] } }',
    '1:31 services.api.instances: expected at least 1 entry, received a list of 0',
  ],
  [
    'an instance as text',
    'services: { api: { instances: [http://a:1] } }',
    '1:32 services.api.instances[0]: expected a mapping, received "http://a:1"',
  ],
  [
    'an instance without url',
    'services:\n  api:\n    instances:\n      - id: a\n',
    "4:9 services.api.instances[0].url: expected a URL of scheme, name and port such as 'http://127.0.0.1:3001', received nothing",
  ],
  [
    'an id twice',
    'services: { api: { instances: [{ id: a, url: http://a:1 }, { id: a, url: http://b:1 }] } }',
    '1:66 services.api.instances[1].id: expected another id than services.api.instances[0], received "a"',
  ],
  [
    'a url twice',
    'services: { api: { instances: [{ url: http://a:1 }, { url: http://a:1/ }] } }',
    '1:60 services.api.instances[1].url: expected another id than services.api.instances[0], received "http://a:1/"',
  ],
  [
    'an id that YAML takes for a number',
    'services: { api: { instances: [{ id: 7, url: http://a:1 }] } }',
    '1:38 services.api.instances[0].id: expected an id of 1 to 256 characters, received 7 (quote it)',
  ],
  [
    'itself as an instance',
    `listen: 127.0.0.1:80\nservices: { api: { instances: [{ url: http://127.0.0.1 }] } }`,
    '2:39 services.api.instances[0].url: expected an address other than the one this proxy listens on, received "http://127.0.0.1"',
  ],
  [
    'an unknown strategy',
    `${API}    strategy: lowest_price\n`,
    '4:15 services.api.strategy: expected one of lowest-price, least-request, peak-ewma, weighted-round-robin, weighted-random, ring-hash, maglev, first-available (did you mean lowest-price?), received "lowest_price"',
  ],
  [
    'a key without a hash',
    `${API}    key: path\n`,
    '4:5 services.api.key: expected no such key unless the strategy is ring-hash or maglev, received "path"',
  ],
  [
    'a wrong key',
    `${API}    strategy: maglev\n    key: { cookie: a }\n`,
    '5:10 services.api.key: expected client-address, path or { header: name }, received a mapping',
  ],
  [
    'time-outs without unit',
    `${API}    timeouts: { connect: 1 }\n`,
    "4:26 services.api.timeouts.connect: expected a duration from 1ms to 10m such as '30s', received 1 (write '1s' or '1ms')",
  ],
  [
    'a budget for no retries',
    `${API}    retries: { max: 0, budget: 0.1 }\n`,
    '4:24 services.api.retries.budget: expected no such key when retries.max is 0, received 0.1',
  ],
  // Health
  [
    'a misspelt knob',
    `${API}    health:\n      helthThreshold: 0.5\n`,
    '5:7 services.api.health.helthThreshold: expected a known key (did you mean healthThreshold?), received "helthThreshold"',
  ],
  [
    'a knob in snake case',
    `${API}    health: { check_interval: 5s }\n`,
    '4:15 services.api.health.check_interval: expected a known key (did you mean checkInterval?), received "check_interval"',
  ],
  [
    'an unknown preset',
    `${API}    health: { preset: fast }\n`,
    '4:23 services.api.health.preset: expected specification or serving or providers, received "fast"',
  ],
  [
    'seconds as a number',
    `${API}    health: { recoveryWindow: 300 }\n`,
    "4:31 services.api.health.recoveryWindow: expected a duration from 1ms to 4d such as '30s', received 300 (write '300s' or '300ms')",
  ],
  [
    'no number',
    `${API}    health: { jitter: .nan }\n`,
    '4:23 services.api.health.jitter: expected a number from 0 to 1, received NaN',
  ],
  [
    'thresholds that cross',
    `${API}    health: { healthThreshold: 0.9, recoveryThreshold: 0.7 }\n`,
    '4:56 services.api.health.recoveryThreshold: expected at least healthThreshold, received 0.7',
  ],
  [
    'a threshold over a default',
    `${API}    health: { healthThreshold: 0.9 }\n`,
    '4:5 services.api.health.recoveryThreshold: expected at least healthThreshold, received 0.8, its default',
  ],
  [
    'more instances than the bound',
    'services: { api: { instances: [{ url: http://a:1 }, { url: http://b:1 }], health: { maxInstances: 1 } } }',
    '1:31 services.api.instances: expected at most health.maxInstances entries, received 2',
  ],
  [
    'an unknown rule',
    `${API}    health: { rules: { runs: observe } }\n`,
    '4:24 services.api.health.rules.runs: expected a known key (did you mean run?), received "runs"',
  ],
  // Checks
  [
    'an interval of no checks',
    `${API}    health: { checkInterval: 5s }\n`,
    '4:15 services.api.health.checkInterval: expected no such key without a check beside it, such as { path: /health }, received "5s"',
  ],
  [
    'an unknown type',
    `${API}    health: { check: { type: https } }\n`,
    '4:30 services.api.health.check.type: expected http or tcp or grpc (did you mean http?), received "https"',
  ],
  [
    'a path for tcp',
    `${API}    health: { check: { type: tcp, path: /x } }\n`,
    '4:35 services.api.health.check.path: expected no such key in a check of type tcp, received "/x"',
  ],
  [
    'a gRPC service for http',
    `${API}    health: { check: { service: a } }\n`,
    '4:24 services.api.health.check.service: expected no such key in a check of type http, received "a"',
  ],
  [
    'a body of HEAD',
    `${API}    health: { check: { method: HEAD, body: ok } }\n`,
    '4:38 services.api.health.check.body: expected no such key with the method HEAD, whose answer has no body, received "ok"',
  ],
  [
    'statuses that are none',
    `${API}    health: { check: { expect: 299-200 } }\n`,
    `4:32 services.api.health.check.expect: expected status codes such as '200-299' or '200, 204', from 200 to 599, received "299-200"`,
  ],
  [
    'a header with a line break',
    `${API}    health: { check: { headers: { a: "b\\r\\nc: d" } } }\n`,
    '4:38 services.api.health.check.headers.a: expected one line of text, received other text',
  ],
  [
    'a header of the connection',
    `${API}    health: { check: { headers: { Host: b } } }\n`,
    '4:35 services.api.health.check.headers.Host: expected a header\'s name, other than those that the connection or `host` sets, received "Host"',
  ],
];

for (const [name, text, ...faults] of CASES) {
  test(`a configuration with ${name} is refused where it is wrong`, () => {
    const loaded = loadConfig(text, { file: 'hale.yaml', env: {} });
    assert.deepEqual(
      loaded.faults.map(formatFault),
      faults.map((fault) => `hale.yaml:${fault}`),
    );
    assert.equal(loaded.config, undefined);
  });
}

test('all faults of a file are told at once, in its order', () => {
  const text =
    'zone: []\nworkers: 1\nservices:\n  api:\n    instances: [{ url: x, weight: 0 }]\n    health: { jitter: 2 }\nroutes: [{ service: b }]\n';
  const { faults } = loadConfig(text, { file: 'f', env: {} });
  assert.deepEqual(
    faults.map(({ line, column, path }) => `${line}:${column} ${path}`),
    [
      '1:7 zone',
      '2:10 workers',
      '5:24 services.api.instances[0].url',
      '5:35 services.api.instances[0].weight',
      '6:23 services.api.health.jitter',
      '7:21 routes[0].service',
    ],
  );
});

for (const [written, wrong] of [
  ['https://a:1', 'https://a:1'],
  ['ftp://a', 'ftp://a'],
  ['a:1', 'a:1'],
  ['http://', 'http://'],
  ['http://a:0', 'http://a:0'],
  ['http://a:1/x', 'http://a:1/x'],
  ['http://a:1?x', 'http://a:1?x'],
  ["'http://a:1#x'", 'http://a:1#x'],
  ["'http://a b:1'", 'http://a b:1'],
  ['http://a:99999', 'http://a:99999'],
] as const) {
  test(`the url ${written} is refused`, () => {
    const { faults } = loadConfig(`services: { api: { instances:\n  - url: ${written}\n` + '}}', {
      file: 'f',
      env: {},
    });
    const inBlock = loadConfig(`services:\n  api:\n    instances:\n      - url: ${written}\n`, { file: 'f', env: {} });
    assert.ok(faults.length > 0);
    assert.deepEqual(
      inBlock.faults.map(({ line, column, received }) => [line, column, received]),
      [[4, 14, JSON.stringify(wrong)]],
    );
  });
}

test('a password in a url is not repeated', () => {
  const { faults } = loadConfig('services: { api: { instances: [{ url: http://user:secret@a:1 }] } }', {
    file: 'f',
    env: {},
  });
  assert.deepEqual(
    faults.map(({ received }) => received),
    ['a URL with credentials'],
  );
});
