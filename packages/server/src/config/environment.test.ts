import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expand, maskReferences, retype, unmask } from './environment.ts';
import { formatFault } from './fault.ts';
import { loadConfig } from './load.ts';
import type { Loaded } from './load.ts';

const SECRET = 'h0p3fully-s3cret';

function load(text: string, env: Record<string, string>): Loaded {
  return loadConfig(text, { file: 'f', env });
}

/** One instance, in the flow style in which a reference is no YAML by itself. */
function instance(keys: string, env: Record<string, string>): unknown {
  const { config, faults } = load(`services: { api: { instances: [{ ${keys} }] } }`, env);
  assert.deepEqual(faults, []);
  return config?.services[0]?.instances[0];
}

test('a reference stands for the value of its variable, in block and in flow style, quoted or not', () => {
  for (const style of ['${URL}', '"${URL}"', "'${URL}'", 'http://${NAME}:80']) {
    assert.equal((instance(`url: ${style}`, { URL: 'http://a:80', NAME: 'a' }) as { url: string }).url, 'http://a:80');
    const block = load(`services:\n  api:\n    instances:\n      - url: ${style}\n`, { URL: 'http://a:80', NAME: 'a' });
    assert.equal(block.config?.services[0]?.instances[0]?.url, 'http://a:80');
  }
});

test('a default stands in for what is missing or empty', () => {
  assert.deepEqual(expand('${A:-b:c}', {}), { kind: 'expanded', value: 'b:c', usesEnvironment: true });
  assert.deepEqual(expand('${A:-b}', { A: '' }), { kind: 'expanded', value: 'b', usesEnvironment: true });
  assert.deepEqual(expand('${A:-}', {}), { kind: 'expanded', value: '', usesEnvironment: true });
  assert.deepEqual(expand('${A}', { A: '' }), { kind: 'expanded', value: '', usesEnvironment: true });
  assert.deepEqual(expand('${A}${B:-x}', { A: '1' }), { kind: 'expanded', value: '1x', usesEnvironment: true });
});

test('a default may hold what would be structure', () => {
  assert.equal((instance('url: http://a, zone: ${ZONE:-a, b: [c] #d}', {}) as { zone: string }).zone, 'a, b: [c] #d');
});

test('a doubled dollar is no reference', () => {
  assert.deepEqual(expand('$${A}', {}), { kind: 'expanded', value: '${A}', usesEnvironment: false });
  assert.equal((instance('url: http://a, zone: $${A}', {}) as { zone: string }).zone, '${A}');
});

test('a dollar alone is a dollar', () => {
  for (const text of ['$A', '$', 'a$b', '$1']) assert.deepEqual(expand(text, { A: 'x' }), { kind: 'plain' });
});

test('a value is never looked at for references or structure', () => {
  assert.equal(
    (instance('url: http://a, zone: ${Z}', { Z: '${URL}, weight: 5' }) as { zone: string }).zone,
    '${URL}, weight: 5',
  );
});

test('an unquoted reference may be a number or a truth value where one is wanted', () => {
  assert.deepEqual(instance('url: http://a, id: ${ID}, weight: ${W}, priority: ${P:-2}', { W: '0.5', ID: '7' }), {
    id: '7',
    url: 'http://a:80',
    host: 'a',
    port: 80,
    weight: 0.5,
    priority: 2,
  });
  assert.equal(
    load('exposeInstance: ${E}\nservices: { api: { instances: [{ url: http://a }] } }', { E: 'true' }).config
      ?.exposeInstance,
    true,
  );
});

test('a quoted reference is text', () => {
  const { faults } = load('services: { api: { instances: [{ url: http://a, weight: "${W}" }] } }', { W: '2' });
  assert.deepEqual(faults.map(formatFault), [
    'f:1:57 services.api.instances[0].weight: expected a number from 0.000001 to 1000000, received "${W}"',
  ]);
});

test('what is missing is told by name, once', () => {
  const { faults } = load('services: { api: { instances: [{ url: http://a, weight: ${W} }] } }', {});
  assert.deepEqual(faults.map(formatFault), [
    "f:1:57 services.api.instances[0].weight: expected the environment variable W to be set, or a default as in '${W:-default}', received nothing",
  ]);
});

test('what is no reference is refused', () => {
  for (const text of ['${}', '${1A}', '${A B}', '${A-b}', '${A', '${:-a}', '${__proto__.x}']) {
    const expansion = expand(text, { A: 'a' });
    assert.equal(expansion.kind, 'wrong', text);
  }
  const { faults } = load('zone: "${a"\nservices: { api: { instances: [{ url: http://a }] } }', {});
  assert.deepEqual(faults.map(formatFault), [
    `f:1:7 zone: expected a reference such as '\${NAME}' or '\${NAME:-default}' ('$\${' is a plain '\${'), received "\${a"`,
  ]);
});

test('names that every object has are no variables', () => {
  assert.equal(expand('${toString}', {}).kind, 'wrong');
  assert.equal(expand('${__proto__}', {}).kind, 'wrong');
});

test('no fault repeats a value from the environment', () => {
  // Each reference stands where its value is wrong: as text, as a number, as a name, as one of a pair.
  const text = `listen: \${S}
zone: ["\${S}"]
forwarded: \${S}
exposeInstance: \${S}
drainTimeout: \${S}
routes: [{ host: "\${S} x", path: \${S}, service: \${S} }, { service: a }]
services:
  a:
    instances: [{ id: \${S}, url: \${S} }, { id: \${S}, url: 'http://u:\${S}@a' }, { url: 'http://\${S}' }, { url: 'http://\${S}' }]
    strategy: \${S}
    key: \${S}
    health: { jitter: \${S}, recoveryWindow: \${S}, healthThreshold: \${H}, recoveryThreshold: \${R}, check: { expect: \${S}, headers: { a: "\${S}\\n" } } }
`;
  const { faults } = load(text, { S: SECRET, H: '0.87654', R: '0.12345' });
  const lines = faults.map(formatFault).join('\n');
  assert.ok(faults.length >= 14, lines);
  for (const secret of [SECRET, '0.87654', '0.12345']) assert.ok(!lines.includes(secret), lines);
});

test('masking keeps every position and is undone', () => {
  const text = 'a: ${B:-c, d} # ${E}\nb: "${F:-\\"}"';
  assert.equal(maskReferences(text).length, text.length);
  assert.equal(unmask(maskReferences(text)), text);
});

test('only what YAML would take for a number is one', () => {
  for (const [text, value] of [
    ['1', 1],
    ['-2.5', -2.5],
    ['1e3', 1000],
    ['.5', 0.5],
    ['true', true],
    ['false', false],
  ] as const)
    assert.equal(retype(text), value);
  for (const text of ['', ' 1', '1s', '0x10', 'NaN', 'Infinity', '1_000', 'yes', 'TRUE1', '9'.repeat(400)])
    assert.equal(retype(text), undefined, text);
});
