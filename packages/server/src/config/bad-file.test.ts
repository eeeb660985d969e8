// A table of files that are wrong in their text, at the top or in their routes: every fault, with its exact line and
// column. `SERVICE` stands for a service that is right.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from './load.ts';
import { testRefusals } from './refusals-fixture.test.ts';
import type { WrongFile } from './refusals-fixture.test.ts';

const SERVICE = 'services: { api: { instances: [{ url: http://a:1 }] } }';

const CASES: readonly WrongFile[] = [
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
    '2:1 admin: expected a known key (listen, listeners, workers, routes, services, zone, forwarded, exposeInstance, drainTimeout, record), received "admin"',
  ],
  [
    'a misspelt key',
    `${SERVICE}\nlistener: []\n`,
    '2:1 listener: expected a known key (did you mean listeners?), received "listener"',
  ],
  [
    'a port alone',
    `listen: 8080\n${SERVICE}\n`,
    "1:9 listen: expected an address such as '127.0.0.1:8080', '[::1]:8080' or 'unix:/run/hale.sock', received 8080 (write 127.0.0.1:8080)",
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
    '1:12 forwarded: expected replace or append or off (did you mean append?), received "apend"',
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
  // The record
  ...(['true', '5', '[]', '""', 'null', 'a/'] as const).map((value): WrongFile => {
    const received = { '[]': 'a list of 0', null: 'nothing', 'a/': '"a/"' }[value as string] ?? value;
    const expected = "the path of a file such as 'outcomes.jsonl', or a mapping with it as file";
    return [
      `a record in ${value}`,
      `record: ${value}\n${SERVICE}\n`,
      `1:9 record: expected ${expected}, received ${received}`,
    ];
  }),
  [
    'a record with everything wrong',
    `record:\n  fil: a\n  maxSize: 64\n  maxFiles: 0\n${SERVICE}\n`,
    "1:1 record.file: expected the path of a file such as 'outcomes.jsonl', received nothing",
    '2:3 record.fil: expected a known key (did you mean file?), received "fil"',
    "3:12 record.maxSize: expected a size from 4096B to 1000GB such as '64MB', received 64 (write '64MB' or '64B')",
    '4:13 record.maxFiles: expected a whole number from 1 to 1000, received 0',
  ],
  ...['4095B', '64mb', '64 MB', '1001GB', '-1MB'].map((size): WrongFile => [
    `a record of ${size}`,
    `record: { file: a, maxSize: ${size} }\n${SERVICE}\n`,
    `1:29 record.maxSize: expected a size from 4096B to 1000GB such as '64MB', received "${size}"`,
  ]),
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
];

testRefusals(CASES);

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
