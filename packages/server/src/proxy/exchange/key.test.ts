import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blameKeyOf, keyOf } from './key.ts';

const HEAD = {
  method: 'GET',
  path: '/a?b',
  authority: 'h',
  fields: ['X-User', '7', 'x-user', '8'],
  clientAddress: '10.0.0.1',
  scheme: 'http',
  version: '1.1',
} as const;

test('a key is the client, the path without its query, or the first value of a header', () => {
  assert.equal(keyOf(HEAD, { from: 'client-address' }), '10.0.0.1');
  assert.equal(keyOf(HEAD, { from: 'path' }), '/a');
  assert.equal(keyOf(HEAD, { from: 'header', name: 'x-user' }), '7');
});

test('a request without it has no key', () => {
  assert.equal(keyOf(HEAD, { from: 'header', name: 'x-none' }), undefined);
  assert.equal(keyOf(HEAD, undefined), undefined);
});

test('a request is that of its path and its client', () => {
  assert.deepEqual(blameKeyOf(HEAD), ['/a', '10.0.0.1']);
  assert.deepEqual(blameKeyOf({ ...HEAD, path: '*', clientAddress: undefined }), ['*']);
});
