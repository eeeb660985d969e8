// The small parts: suggestions and addresses.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress, meantAddress, parseAddress } from './address.ts';
import { suggest } from './suggest.ts';

test('a misspelt word is recognised, another is not', () => {
  const known = ['serve', 'demo', 'check', 'healthThreshold', 'checkInterval'];
  for (const [word, meant] of [
    ['serv', 'serve'],
    ['sevre', 'serve'],
    ['dmeo', 'demo'],
    ['chek', 'check'],
    ['CHECK', 'check'],
    ['health_threshold', 'healthThreshold'],
    ['checkIntervall', 'checkInterval'],
    ['xyz', undefined],
    ['', undefined],
    ['s', undefined],
    ['x'.repeat(10_000), undefined],
    ['🙂🙂', undefined],
  ] as const) {
    assert.equal(suggest(word, known), meant, word);
  }
});

test('an address is read and written the same', () => {
  for (const text of [
    '127.0.0.1:8080',
    '0.0.0.0:0',
    'localhost:80',
    '[::1]:443',
    '[::]:65535',
    'unix:/run/hale.sock',
    'my-machine.example:1',
  ]) {
    const address = parseAddress(text);
    assert.ok(address, text);
    assert.equal(formatAddress(address), text);
  }
});

test('what is no address is refused', () => {
  for (const text of [
    '',
    ':80',
    '80',
    'a',
    'a:',
    'a:x',
    'a:-1',
    'a:65536',
    'a:080000',
    '::1:80',
    '[::1]',
    '[a]:80',
    '[::1:80',
    'a b:80',
    'http://a:80',
    'unix:',
    'unix:run',
    'unix:/',
    `unix:/${'a'.repeat(107)}`,
    'unix:/a\0b',
  ]) {
    assert.equal(parseAddress(text), undefined, text);
  }
});

test('what was meant by a port alone or a URL is told, and nothing is made of the rest', () => {
  for (const [text, meant] of [
    ['8080', '127.0.0.1:8080'],
    [':8080', '127.0.0.1:8080'],
    ['*:8080', '0.0.0.0:8080'],
    ['http://[::1]:80/', '[::1]:80'],
    ['99999', undefined],
    ['http://a', undefined],
    ['http://u:p@a:80', undefined],
    ['', undefined],
    ['x'.repeat(10_000), undefined],
  ] as const)
    assert.equal(meantAddress(text), meant, text);
});
