// Files on the disk, of every ending, and those that cannot be read.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formatFault } from '../config/index.ts';
import { readScenario } from './read.ts';

const folder = mkdtempSync(join(tmpdir(), 'hale-scenario-'));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function faultsOf(file: string): Promise<string[]> {
  const { faults } = await readScenario(file, {});
  return faults.map((fault) => formatFault(fault).replaceAll(folder, ''));
}

async function nameIn(file: string): Promise<string | undefined> {
  return (await readScenario(file, {})).scenario?.name;
}

test('data is read by its ending, whatever its case', async () => {
  for (const ending of ['yaml', 'yml', 'YAML'])
    assert.equal(await nameIn(write(`a.${ending}`, 'name: a\nscript: []')), 'a');
  assert.equal(await nameIn(write('a.json', '{"name":"a","script":[]}')), 'a');
});

test('a program may export a scenario as its default or by name', async () => {
  const value = "{ name: 'p', lengthMs: 500, script: [] }";
  assert.equal(await nameIn(write('a.mjs', `export default ${value};`)), 'p');
  assert.equal(await nameIn(write('b.mjs', `export const scenario = ${value};`)), 'p');
  assert.equal(await nameIn(write('c.mts', `const length: number = 5;\nexport const scenario = ${value};`)), 'p');
});

test('what a program exports is judged, with the file and the path', async () => {
  assert.deepEqual(await faultsOf(write('d.mjs', "export default { name: 'p', script: [{ at: '5s' }] };")), [
    '/d.mjs script[0].at: expected a number of milliseconds from 0 to 604800000, received "5s" (write 5000)',
    "/d.mjs script[0].instance: expected the number of an instance, or '*' for all, received nothing",
    '/d.mjs script[0].fault: expected an object, received nothing',
  ]);
});

test('a program without a scenario is told what it exports', async () => {
  assert.deepEqual(await faultsOf(write('e.mjs', 'export const scenarios = 1;')), [
    '/e.mjs: expected a default export, or one named scenario, received scenarios',
  ]);
  assert.deepEqual(await faultsOf(write('f.mjs', '')), [
    '/f.mjs: expected a default export, or one named scenario, received nothing',
  ]);
});

test('a program that does not run is told where', async () => {
  assert.deepEqual(await faultsOf(write('g.mjs', 'export default {\n  name: = 1,\n};')), [
    "/g.mjs: expected a program that can be imported, received SyntaxError: Unexpected token '=' (node --check shows where)",
  ]);
  assert.deepEqual(await faultsOf(write('h.mjs', "\nthrow new Error('no\\nluck');")), [
    '/h.mjs:2:7 program: expected a program that can be imported, received Error: no',
  ]);
  assert.deepEqual(await faultsOf(write('i.mjs', 'throw null;')), [
    '/i.mjs: expected a program that can be imported, received null',
  ]);
});

test('what cannot be read is a fault', async () => {
  assert.deepEqual(await faultsOf(join(folder, 'none.yaml')), ['/none.yaml: expected a file, received no such file']);
  assert.deepEqual(await faultsOf(join(folder, 'none.ts')), ['/none.ts: expected a file, received no such file']);
  assert.deepEqual(await faultsOf(join(folder, 'a.mjs', 'x.yaml')), [
    '/a.mjs/x.yaml: expected a file, received a path through something that is no directory',
  ]);
  assert.deepEqual(await faultsOf(write('latin.yaml', Uint8Array.of(0x61, 0xff))), [
    '/latin.yaml: expected text in UTF-8, received other bytes',
  ]);
  assert.deepEqual(await faultsOf(write('large.yaml', `#${'x'.repeat(1_048_576)}`)), [
    '/large.yaml:1:1 document: expected at most 1 MiB, received more',
  ]);
});

test('a file of another ending is not guessed at', async () => {
  const endings = '.yaml, .yml, .json, .ts, .mts, .js, .mjs';
  assert.deepEqual(await faultsOf(join(folder, 'a.toml')), [
    `/a.toml: expected a name that ends in ${endings}, received ".toml"`,
  ]);
  assert.deepEqual(await faultsOf(join(folder, 'brownout')), [
    `/brownout: expected a name that ends in ${endings}, received one without an ending`,
  ]);
});
