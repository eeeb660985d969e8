// The import rule of the house, held by a test: each layer imports only lower ones, rooms of one layer never import each
// other, a folder is entered by its door, and the engine's core touches neither the world nor time nor promises.

import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { describe, test } from 'node:test';
import type { Import } from './imports.ts';
import { allSources, codeOf, importsOf, shippedSources } from './imports.ts';

/** Room -> layer. Several rooms of a layer do not know each other; they meet in a higher one. */
const LAYERS: Readonly<Record<string, number>> = {
  'packages/hale/src/core/kernel': 0,
  'packages/hale/src/core/model': 1,
  ...layer(2, 'packages/hale/src/core', [
    'observe',
    'blame',
    'score',
    'circuit',
    'recovery',
    'eligibility',
    'strategies',
    'retry',
    'admission',
    'checking',
    'explain',
  ]),
  'packages/hale/src/core/engine': 3,
  // What programs that embed the engine may import, as hale/engine.
  'packages/hale/src/core/index.ts': 3.5,
  ...layer(4, 'packages/hale/src/adapters', ['clients', 'checks', 'discovery', 'share', 'telemetry', 'record']),
  // Data that the simulator, the demo and users' tests share.
  'packages/hale/src/faults': 4,
  ...layer(5, 'packages/hale/src', ['library', 'testing', 'sim']),
  ...layer(5, 'packages/server/src', ['proxy', 'control', 'admin', 'config']),
  // Scenarios of users, read as configurations are.
  'packages/server/src/scenario': 5.5,
  'packages/server/src/app': 6,
  // The demo is a user of the application, so it stands above it.
  'packages/server/src/demo': 6.5,
  'packages/server/src/experiment': 6.5,
  'packages/server/src/cli': 7,
};

/** Files at the top of `src` are what a package exports: they may import every room. */
const ENTRANCE = 8;

/** Contracts: files beside `index.ts` through which a folder may be entered. */
const CONTRACTS = [
  /^packages\/hale\/src\/core\/strategies\/strategy\.ts$/,
  /^packages\/hale\/src\/core\/checking\/check\.ts$/,
];

const sources = shippedSources();
const imports = sources.flatMap(importsOf);

describe('import rule', () => {
  test('every source lies in a room that the map names', () => {
    none(sources.filter((file) => layerOf(file) === undefined));
  });

  test('each layer imports only lower layers, and rooms of one layer never import each other', () => {
    none(
      imports
        .filter(({ from, to }) => to !== undefined && roomOf(to) !== roomOf(from) && layerOf(to)! >= layerOf(from)!)
        .map(show),
    );
  });

  test('a folder is entered through its index or its contract only', () => {
    const isInside = (from: string, to: string): boolean =>
      `${posix.dirname(from)}/`.startsWith(`${posix.dirname(to)}/`);
    const isDoor = (to: string): boolean => to.endsWith('/index.ts') || CONTRACTS.some((contract) => contract.test(to));
    none(imports.filter(({ from, to }) => to !== undefined && !isInside(from, to) && !isDoor(to)).map(show));
  });

  test('no package reaches into another by a relative path', () => {
    none(imports.filter(({ from, to }) => to !== undefined && packageOf(to) !== packageOf(from)).map(show));
  });

  test('no value import leads back to where it began', () => {
    none(cycles(allSources().flatMap(importsOf)));
  });

  test('imports name files with their ending', () => {
    none(imports.filter(({ specifier }) => specifier.startsWith('.') && !specifier.endsWith('.ts')).map(show));
  });
});

describe('the engine core', () => {
  const core = sources.filter((file) => file.startsWith('packages/hale/src/core/'));
  const policy = core.filter((file) => !file.startsWith('packages/hale/src/core/kernel/'));

  test('imports no builtin and no package', () => {
    none(imports.filter(({ from, to }) => from.startsWith('packages/hale/src/core/') && to === undefined).map(show));
  });

  test('touches no clock, no timer and no chance of its own', () => {
    none(uses(policy, /\b(?:Date|performance|setTimeout|setInterval|setImmediate|queueMicrotask)\b|\bMath\.random\b/));
  });

  test('holds no promise', () => {
    // The virtual clock lets the promises of others settle; that is its purpose.
    none(
      uses(
        core.filter((file) => !file.endsWith('/kernel/virtual-clock.ts')),
        /\b(?:async|await|new Promise|Promise\.\w+)\b/,
      ),
    );
  });
});

describe('the rest of the house', () => {
  test('the library depends on nothing at run time', () => {
    const isForeign = ({ to, specifier, isType }: Import): boolean =>
      to === undefined && !isType && !specifier.startsWith('node:');
    none(imports.filter((one) => one.from.startsWith('packages/hale/') && isForeign(one)).map(show));
  });

  test('only the command line touches the process', () => {
    none(
      uses(
        sources.filter((file) => !file.startsWith('packages/server/src/cli/')),
        /(?<![.\w])process\s*(?:\.|\[|\))/,
      ),
    );
    none(
      imports
        .filter(({ from, specifier }) => specifier === 'node:process' && !from.startsWith('packages/server/src/cli/'))
        .map(show),
    );
  });

  test('no shipped source holds a using statement, which Node 22 cannot parse', () => {
    none(uses(sources, /^\s*(?:await\s+)?using\s+\w/m));
  });
});

function none(found: readonly string[]): void {
  assert.equal(found.join('\n'), '');
}

function layer(number: number, folder: string, rooms: readonly string[]): Record<string, number> {
  return Object.fromEntries(rooms.map((room) => [`${folder}/${room}`, number]));
}

function roomOf(file: string): string | undefined {
  return Object.keys(LAYERS).find((room) => file === room || file.startsWith(`${room}/`));
}

function layerOf(file: string): number | undefined {
  if (/^packages\/[^/]+\/src\/[^/]+$/.test(file)) return ENTRANCE;
  const room = roomOf(file);
  return room === undefined ? undefined : LAYERS[room];
}

function packageOf(file: string): string {
  return file.split('/').slice(0, 2).join('/');
}

function show({ from, specifier }: Import): string {
  return `${from} imports ${specifier}`;
}

function uses(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((file) => {
    const code = codeOf(file);
    const match = pattern.exec(code);
    return match === null ? [] : [`${file}:${code.slice(0, match.index).split('\n').length}: ${match[0].trim()}`];
  });
}

// Depth first; a file met again while still being visited closes a cycle.
function cycles(all: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to, isType } of all)
    if (to !== undefined && !isType) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      found.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const other of next.get(file) ?? []) visit(other, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}
