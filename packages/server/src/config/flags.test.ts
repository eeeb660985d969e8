import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFault } from './fault.ts';
import { configFromFlags } from './flags.ts';

test('flags make a configuration of one service', () => {
  const { config } = configFromFlags({ listen: '127.0.0.1:0', to: ['http://a:1', 'http://b:2'] });
  assert.deepEqual(config?.listeners, [{ kind: 'tcp', host: '127.0.0.1', port: 0 }]);
  assert.deepEqual(
    config?.services[0]?.instances.map(({ id }) => id),
    ['http://a:1', 'http://b:2'],
  );
  assert.deepEqual(config?.routes, [{ host: undefined, path: '/', service: 'default' }]);
});

test('without --listen the default address is used', () => {
  assert.deepEqual(configFromFlags({ to: ['http://a:1'] }).config?.listeners, [
    { kind: 'tcp', host: '127.0.0.1', port: 8080 },
  ]);
});

test('faults name the flag', () => {
  assert.deepEqual(configFromFlags({ listen: ':80', to: ['http://a:1', 'b', 'http://a:1'] }).faults.map(formatFault), [
    `--listen: expected an address such as '127.0.0.1:8080', '[::1]:8080' or 'unix:/run/hale.sock', received ":80" (write 127.0.0.1:80)`,
    `--to: expected a URL of scheme, name and port such as 'http://127.0.0.1:3001', received "b" (write http://b)`,
    '--to: expected each URL once, received "http://a:1"',
  ]);
  assert.deepEqual(configFromFlags({ to: [] }).faults.map(formatFault), [
    '--to: expected at least one URL, received a list of 0',
  ]);
});

test('flags are no place for references', () => {
  assert.equal(configFromFlags({ to: ['http://${NAME}:1'] }).config, undefined);
});
