// A table of files whose services are wrong: every fault, with its exact line and column.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from './load.ts';
import { testRefusals } from './refusals-fixture.test.ts';
import type { WrongFile } from './refusals-fixture.test.ts';

/** In front of the keys of one service, which begin on line 4, column 5. */
const API = 'services:\n  api:\n    instances: [{ url: http://a:1 }]\n';

const AS = "'success' or 'ignored' or 'connect' or 'timeout' or 'reset' or 'server-error' or 'overload' or 'other'";

const CASES: readonly WrongFile[] = [
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
    'a weight too small to divide by',
    'services: { api: { instances: [{ url: http://a:1, weight: 0.0000001 }, { url: http://b:1, weight: 0.000001 }] } }',
    '1:59 services.api.instances[0].weight: expected a number from 0.000001 to 1000000, received 1e-7',
  ],
  [
    'itself as an instance',
    `listen: 127.0.0.1:80\nservices: { api: { instances: [{ url: http://127.0.0.1 }] } }`,
    '2:39 services.api.instances[0].url: expected an address other than the one this proxy listens on, received "http://127.0.0.1"',
  ],
  ...['169.254.169.254', '[::ffff:169.254.169.254]', '[fe80::1]', '0xa9fea9fe'].map(
    (address) =>
      [
        `the link-local address ${address}`,
        `services: { api: { instances: [{ url: 'http://${address}:80' }] } }`,
        `1:39 services.api.instances[0].url: expected an address that is not link-local, where cloud machines give away their keys, received "http://${address}:80"`,
      ] as const,
  ),
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
  [
    'a check on a port that is none',
    `${API}    health: { check: { type: tcp, port: 65536 } }\n`,
    '4:41 services.api.health.check.port: expected a whole number from 1 to 65535, received 65536',
  ],
  [
    'a check that asks this proxy',
    `listen: a:9\n${API}    health: { check: { port: 9 } }\n`,
    '5:30 services.api.health.check.port: expected a port other than the one this proxy listens on, received 9',
  ],
  // What counts as a failure
  [
    'rules that are no list',
    `${API}    health: { classify: { status: 404, as: other } }\n`,
    '4:25 services.api.health.classify: expected a list of at most 100 rules, received a mapping',
  ],
  [
    'too many rules',
    `${API}    health: { classify: [${'{ status: 404, as: other }, '.repeat(101)}] }\n`,
    '4:25 services.api.health.classify: expected a list of at most 100 rules, received a list of 101',
  ],
  [
    'rules of which most are wrong',
    `${API}    health:
      classify:
        - { status: 404, as: server-error }
        - { status: [500, 700], as: ignore }
        - { statuses: 500, status: 1.5, as: ignored }
        - as: success
        - x
        - { status: 500, header: { name: x, match: a }, as: ignored }
        - { cause: timeouts, as: check }
`,
    "7:21 services.api.health.classify[1].status: expected a status from 100 to 599, a range such as '500-599', or a list of at most 100 of them, received a list of 2",
    `7:37 services.api.health.classify[1].as: expected ${AS} (did you mean ignored?), received "ignore"`,
    '8:13 services.api.health.classify[2].statuses: expected a known key (did you mean status?), received "statuses"',
    "8:36 services.api.health.classify[2].status: expected a status from 100 to 599, a range such as '500-599', or a list of at most 100 of them, received 1.5",
    '9:11 services.api.health.classify[3]: expected at least one of status, cause and header, received a mapping',
    '10:11 services.api.health.classify[4]: expected a rule { status, cause, header, as }, received "x"',
    '11:34 services.api.health.classify[5].header: expected { name, matches }: a header name, and a text of 1 to 1000 characters with at most 10 asterisks, received a mapping',
    `12:20 services.api.health.classify[6].cause: expected 'connect' or 'timeout' or 'reset' or 'server-error' or 'overload' or 'check' or 'other' (did you mean timeout?), received "timeouts"`,
    `12:34 services.api.health.classify[6].as: expected ${AS}, received "check"`,
  ],
];

testRefusals(CASES);
for (const [written, wrong, hint = ''] of [
  ['https://a:1', 'https://a:1', '(instances are spoken to in plain HTTP)'],
  ['ftp://a', 'ftp://a'],
  ['a:1', 'a:1', '(write http://a:1)'],
  ["'[::1]:80'", '[::1]:80', '(write http://[::1]:80)'],
  ['http://', 'http://'],
  ['http://a:0', 'http://a:0'],
  ['http://a:1/x', 'http://a:1/x'],
  ['http://a:1?x', 'http://a:1?x'],
  ["'http://a:1#x'", 'http://a:1#x'],
  ["'http://a b:1'", 'http://a b:1'],
  ['http://a:99999', 'http://a:99999'],
] satisfies [string, string, string?][]) {
  test(`the url ${written} is refused`, () => {
    const { faults } = loadConfig(`services: { api: { instances:\n  - url: ${written}\n` + '}}', {
      file: 'f',
      env: {},
    });
    const inBlock = loadConfig(`services:\n  api:\n    instances:\n      - url: ${written}\n`, { file: 'f', env: {} });
    assert.ok(faults.length > 0);
    assert.deepEqual(
      inBlock.faults.map(({ line, column, received }) => [line, column, received]),
      [[4, 14, `${JSON.stringify(wrong)} ${hint}`.trim()]],
    );
  });
}

test('a password in a url is not repeated', () => {
  for (const url of ['http://user:secret@a:1', 'user:secret@a:1', 'https://user:secret@a/x', 'user:sec ret@a']) {
    const { faults } = loadConfig(`services: { api: { instances: [{ url: '${url}' }] } }`, { file: 'f', env: {} });
    assert.deepEqual(
      faults.map(({ received }) => received),
      ['a URL with credentials'],
      url,
    );
  }
});
