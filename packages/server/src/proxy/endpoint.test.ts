import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceInstance } from 'hale';
import { endpointOf } from './endpoint.ts';

const CASES: readonly [string, Omit<ServiceInstance, 'id'>, { host: string; port: number } | undefined][] = [
  ['a url', { url: 'http://a.example:3001' }, { host: 'a.example', port: 3001 }],
  ['a url without a port', { url: 'http://a.example' }, { host: 'a.example', port: 80 }],
  ['a url of an IPv6 address', { url: 'http://[::1]:81' }, { host: '::1', port: 81 }],
  ['host and port', { host: '::1', port: 81 }, { host: '::1', port: 81 }],
  ['a url beside another host and port', { url: 'http://a:1', host: 'b', port: 2 }, { host: 'a', port: 1 }],
  ['TLS', { url: 'https://a' }, undefined],
  ['a url that is none', { url: 'a:1' }, undefined],
  ['a host alone', { host: 'a' }, undefined],
  ['a port that is none', { host: 'a', port: 0 }, undefined],
  ['nothing', {}, undefined],
];
for (const [what, instance, endpoint] of CASES) {
  test(`${what} is ${endpoint ? `${endpoint.host} ${endpoint.port}` : 'nowhere'}`, () => {
    const whole = { id: 'a', ...instance };
    assert.deepEqual(endpointOf(whole), endpoint);
    assert.equal(endpointOf(whole), endpointOf(whole));
  });
}
