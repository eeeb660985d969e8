import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasPassed, withForwarded } from './forwarded.ts';

const ORIGIN = { clientAddress: '10.0.0.9', scheme: 'http', authority: 'a.example', version: '1.1' } as const;
const CAME = [
  'X-Forwarded-For',
  '1.1.1.1',
  'x-forwarded-for',
  '2.2.2.2',
  'X-Forwarded-Proto',
  'https',
  'Forwarded',
  'for=1.1.1.1',
  'Via',
  '1.0 front',
  'A',
  '1',
];

test('append adds the client to the lists that came, each in one line, and keeps what the first proxy saw', () => {
  assert.deepEqual(withForwarded(CAME, 'append', ORIGIN, 'hale-1'), [
    'A',
    '1',
    'X-Forwarded-For',
    '1.1.1.1, 2.2.2.2, 10.0.0.9',
    'X-Forwarded-Proto',
    'https',
    'X-Forwarded-Host',
    'a.example',
    'Forwarded',
    'for=1.1.1.1, for=10.0.0.9;host=a.example;proto=http',
    'Via',
    '1.0 front, 1.1 hale-1',
  ]);
});

const REPLACED = [
  'X-Forwarded-For',
  '10.0.0.9',
  'X-Forwarded-Proto',
  'http',
  'X-Forwarded-Host',
  'a.example',
  'Forwarded',
  'for=10.0.0.9;host=a.example;proto=http',
];

test('replace believes nobody', () => {
  assert.deepEqual(withForwarded(CAME, 'replace', ORIGIN, 'hale-1'), [
    'A',
    '1',
    ...REPLACED,
    'Via',
    '1.0 front, 1.1 hale-1',
  ]);
});

for (const name of [
  'X-Real-IP',
  'X-Forwarded-Port',
  'x-forwarded-prefix',
  'X-Forwarded-Ssl',
  'X_Forwarded_For',
  'x_real-ip',
  'FORWARDED',
]) {
  test(`replace lets no ${name} of a client pass`, () => {
    assert.deepEqual(withForwarded([name, '6.6.6.6'], 'replace', ORIGIN, 'h'), [...REPLACED, 'Via', '1.1 h']);
  });
}

test('Forwarded quotes what is no token', () => {
  const forwarded = (origin: object): string | undefined => {
    const fields = withForwarded([], 'replace', { ...ORIGIN, ...origin }, 'h');
    return fields[fields.indexOf('Forwarded') + 1];
  };
  assert.equal(forwarded({ clientAddress: '::1' }), 'for="[::1]";host=a.example;proto=http');
  assert.equal(forwarded({ authority: 'a:80', scheme: 'https' }), 'for=10.0.0.9;host="a:80";proto=https');
  assert.equal(forwarded({ clientAddress: undefined, authority: '' }), 'proto=http');
});

test('off leaves everything as it came', () => assert.deepEqual(withForwarded(CAME, 'off', ORIGIN, 'hale-1'), CAME));

test('a client without an address is not invented one', () => {
  assert.equal(
    withForwarded([], 'append', { ...ORIGIN, clientAddress: undefined }, 'h').includes('X-Forwarded-For'),
    false,
  );
});

test('a request that has passed here is known by its Via, and by nothing that looks like it', () => {
  assert.equal(hasPassed(['Via', '1.0 front, 1.1 hale-1 (comment)'], 'hale-1'), true);
  assert.equal(hasPassed(['via', '1.1 hale-12, 1.1 front'], 'hale-1'), false);
  assert.equal(hasPassed(['X-Via', '1.1 hale-1'], 'hale-1'), false);
});
