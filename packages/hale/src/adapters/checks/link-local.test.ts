import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLinkLocal } from './link-local.ts';

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
  'fd20:ce:0::254',
  'FE80:0000:0000:0000:0000:0000:0000:0001',
  '0:0:0:0:0:ffff:169.254.1.2',
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
  '::',
  '2002:0:a9fe::',
  '1:2:3:4:5:6:a9fe:8',
  'a:b',
  '[::1]/x@',
  ':'.repeat(1000),
  'localhost',
  '',
  '169.254.169.254.example',
]) {
  test(`${JSON.stringify(address)} may be connected to`, () => assert.equal(isLinkLocal(address), false));
}
