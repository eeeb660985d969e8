import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf } from './address.ts';

test('the authority is that of the url, or host and port', () => {
  const origin = (instance: object, port?: number): unknown =>
    (addressOf({ id: 'a', ...instance }, port) as { origin?: string }).origin;
  assert.equal(origin({ url: 'http://a.example:3001/base?x' }), 'http://a.example:3001');
  assert.equal(origin({ url: 'http://a.example' }), 'http://a.example:80');
  assert.equal(origin({ url: 'https://a.example' }), 'https://a.example:443');
  assert.equal(origin({ url: 'https://a.example' }, 9000), 'https://a.example:9000');
  assert.equal(origin({ host: '10.0.0.1', port: 81 }), 'http://10.0.0.1:81');
  assert.equal(origin({ host: '10.0.0.1' }, 82), 'http://10.0.0.1:82');
  assert.equal(origin({ host: '::1', port: 81 }), 'http://[::1]:81');
  assert.equal(origin({ host: '[::1]', port: 81 }), 'http://[::1]:81');
});

test('an IPv6 address is dialled without its brackets', () => {
  assert.equal((addressOf({ id: 'a', url: 'http://[::1]:3001' }) as { hostname?: string }).hostname, '::1');
});

test('the url wins over host and port, as it does for traffic', () => {
  const both = addressOf({ id: 'a', url: 'http://a.example:3001', host: 'b.example', port: 1 });
  assert.equal((both as { origin?: string }).origin, 'http://a.example:3001');
});

test('a port that is none is no address', () => {
  for (const instance of [{ url: 'http://a:0' }, ...[0, 65_536, 1.5, NaN].map((port) => ({ host: 'a', port }))])
    assert.match((addressOf({ id: 'a', ...instance }) as { reason: string }).reason, /port/);
});
