import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRoute } from './route.ts';

const RULES = [
  { host: 'api.example.com', path: '/v1/', service: 'v1' },
  { host: 'api.example.com', path: '/', service: 'api' },
  { host: '*.example.com', path: '/', service: 'wild' },
  { host: undefined, path: '/only', service: 'only' },
];
const CASES: readonly [string, string, string | undefined][] = [
  ['api.example.com', '/v1/x', 'v1'],
  ['API.Example.com:8080', '/v1/x', 'v1'],
  ['api.example.com.', '/v1/x', 'v1'],
  ['api.example.com', '/v1', 'api'],
  ['www.example.com', '/v1/x', 'wild'],
  ['a.b.example.com', '/', 'wild'],
  ['example.com', '/', undefined],
  ['evilexample.com', '/', undefined],
  ['example.com', '/only/x', 'only'],
  ['', '/only', 'only'],
  ['api.example.com', '*', 'v1'],
  ['other', '/', undefined],
];
for (const [authority, path, service] of CASES) {
  test(`${authority || 'no host'} ${path} goes to ${service ?? 'nobody'}`, () =>
    assert.equal(findRoute(RULES, authority, path)?.service, service));
}
