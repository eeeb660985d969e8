import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLinkLocal } from './address-rules.ts';

for (const address of [
  '169.254.169.254',
  '169.254.0.1',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '::a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '2002:a9fe:a9fe::',
  'fe80::1',
  'fe80::1%lo',
  'febf::1',
  'fd00:ec2::254',
]) {
  test(`${address} is not connected to`, () => assert.equal(isLinkLocal(address), true));
}
for (const address of [
  '127.0.0.1',
  '::1',
  '10.0.0.1',
  '::ffff:10.0.0.1',
  '169.253.255.255',
  '169.255.0.0',
  'fec0::1',
  'fd00::1',
  '2001:db8::1',
  'localhost',
  '',
  '169.254.169.254.example',
]) {
  test(`${JSON.stringify(address)} may be connected to`, () => assert.equal(isLinkLocal(address), false));
}
