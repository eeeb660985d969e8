import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostOf, readTarget } from './origin-form.ts';

const CASES: readonly [string, string, string, { path: string; authority: string | undefined } | undefined][] = [
  ['a path passes as it came', 'GET', '/a/../b?c=%2e#'.slice(0, -1), { path: '/a/../b?c=%2e', authority: undefined }],
  ['a fragment is refused', 'GET', '/a#b', undefined],
  ['an asterisk is for OPTIONS', 'OPTIONS', '*', { path: '*', authority: undefined }],
  ['an asterisk is for nothing else', 'GET', '*', undefined],
  ['the absolute form names the host', 'GET', 'http://B.example:81/x?y', { path: '/x?y', authority: 'B.example:81' }],
  ['the absolute form may have no path', 'GET', 'HTTP://b', { path: '/', authority: 'b' }],
  ['nor more than a query', 'GET', 'http://b?x', { path: '/?x', authority: 'b' }],
  ['the absolute form of an asterisk', 'OPTIONS', 'http://b', { path: '*', authority: 'b' }],
  ['a user name is refused', 'GET', 'http://u:p@b/', undefined],
  ['another scheme is refused', 'GET', 'ftp://b/', undefined],
  ['a name alone is refused', 'GET', 'b:80', undefined],
];
for (const [what, method, text, expected] of CASES)
  test(`${what}`, () => assert.deepEqual(readTarget(method, text), expected));

test('the host of an authority is lower case and has no port', () => {
  assert.deepEqual(['A.b:80', 'a', '[::1]:80', 'a:'].map(hostOf), ['a.b', 'a', '[::1]', 'a']);
});
