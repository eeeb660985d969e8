// The words of the house. A file named `utils.ts` collects what has no place; an instance called "node" here and "host"
// there makes readers ask whether they differ. CONTRIBUTING lists the words that are used instead.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../scripts/run-tests.ts';
import { allSources, codeOf, shippedSources } from './imports.ts';

const IN_IDENTIFIERS = [
  'dead',
  'alive',
  'blacklist',
  'whitelist',
  'manager',
  'helper',
  'helpers',
  'util',
  'utils',
  'misc',
  'peer',
  'peers',
];

// In a name inside a file these are in order: `host` is a header and a key of an instance, `members` are what a strategy
// is told of.
const IN_NAMES_OF_FILES = [
  ...IN_IDENTIFIERS,
  'node',
  'nodes',
  'host',
  'hosts',
  'target',
  'targets',
  'member',
  'members',
  'common',
  'base',
];

// HTTP's own words.
const ALLOWED = /keep\w*alive/gi;

const LONGEST_FILE = 350;

test('no file is named with a word that the house does not use', () => {
  const wordsOf = (file: string): string[] => basename(file).toLowerCase().split(/[-._]/);
  assert.deepEqual(
    allSources().filter((file) => wordsOf(file).some((word) => IN_NAMES_OF_FILES.includes(word))),
    [],
  );
});

test('no identifier holds a word that the house does not use', () => {
  const found = shippedSources().flatMap((file) => {
    const names = new Set(codeOf(file).match(/[A-Za-z_$][\w$]*/g) ?? []);
    return [...names]
      .filter((name) => wordsIn(name).some((word) => IN_IDENTIFIERS.includes(word)))
      .map((name) => `${file}: ${name}`);
  });
  assert.deepEqual(found, []);
});

test('no source is longer than 350 lines', () => {
  const tooLong = shippedSources()
    .map((file) => ({ file, lines: readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > LONGEST_FILE);
  assert.deepEqual(tooLong, []);
});

test('every source opens with what it is about', () => {
  // An index only lists what its folder gives.
  const silent = shippedSources().filter(
    (file) => basename(file) !== 'index.ts' && !/^(?:\/\/|\/\*\*)/.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  assert.deepEqual(silent, []);
});

/** 'maxHTTPRetries' -> max, http, retries. */
function wordsIn(name: string): string[] {
  return name
    .replace(ALLOWED, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
}
