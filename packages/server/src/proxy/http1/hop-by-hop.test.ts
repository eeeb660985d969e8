import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endToEnd, safeTrailers, valuesOf } from './hop-by-hop.ts';

const CASES: readonly [string, string[], string[]][] = [
  [
    'fields of the connection are removed',
    [
      'Connection',
      'close',
      'Keep-Alive',
      'timeout=5',
      'Proxy-Connection',
      'x',
      'TE',
      'trailers',
      'Transfer-Encoding',
      'chunked',
      'Upgrade',
      'h2c',
      'A',
      '1',
    ],
    ['A', '1'],
  ],
  [
    'fields named by Connection are removed, in any case',
    ['Connection', 'X-Secret, x-other', 'x-secret', '1', 'X-OTHER', '2', 'A', '1'],
    ['A', '1'],
  ],
  ['every Connection field is read', ['Connection', 'a', 'connection', 'b', 'A', '1', 'B', '2', 'C', '3'], ['C', '3']],
  ['a field that comes before its naming is removed as well', ['X-Secret', '1', 'Connection', 'x-secret'], []],
  [
    'what is meant for everyone stays, whoever names it',
    [
      'Connection',
      'Host, Content-Length, Authorization, Cookie, X-Forwarded-For, Via',
      'Host',
      'a',
      'Content-Length',
      '3',
      'Authorization',
      's',
      'Cookie',
      'c',
      'X-Forwarded-For',
      '1',
      'Via',
      '1.1 x',
    ],
    ['Host', 'a', 'Content-Length', '3', 'Authorization', 's', 'Cookie', 'c', 'X-Forwarded-For', '1', 'Via', '1.1 x'],
  ],
  [
    'duplicates, their order and their spelling stay',
    ['Set-Cookie', 'a', 'x', '1', 'SET-COOKIE', 'b', 'X', ''],
    ['Set-Cookie', 'a', 'x', '1', 'SET-COOKIE', 'b', 'X', ''],
  ],
  ['empty and odd options name nothing', ['Connection', ', ,;,', 'A', '1'], ['A', '1']],
  [
    'names of the language are names like others',
    ['Connection', '__proto__, constructor', '__proto__', '1', 'constructor', '2', 'toString', '3'],
    ['toString', '3'],
  ],
];
for (const [what, came, kept] of CASES) test(`${what}`, () => assert.deepEqual(endToEnd(came), kept));

test('the values of a field are found in order and in any case', () => {
  assert.deepEqual(valuesOf(['Via', '1', 'x', '2', 'VIA', '3'], 'via'), ['1', '3']);
});

test('trailers that would change framing, routing or trust are dropped', () => {
  assert.deepEqual(
    safeTrailers([
      'Content-Length',
      '5',
      'Host',
      'b',
      'Transfer-Encoding',
      'x',
      'Authorization',
      'y',
      'Checksum',
      'abc',
    ]),
    [['Checksum', 'abc']],
  );
});
