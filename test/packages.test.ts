// What the two packages promise to those who install them, read off their manifests. That the built packages keep it is
// proven by scripts/prove-packages.ts, which installs them.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ROOT } from '../scripts/run-tests.ts';
import { importsOf, shippedSources } from './imports.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly type: string;
  readonly sideEffects: boolean;
  readonly engines: { readonly node: string };
  readonly files: readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const FOLDERS = ['packages/hale', 'packages/server'] as const;
const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;

for (const folder of FOLDERS) {
  const manifest = manifestOf(folder);
  describe(manifest.name, () => {
    test('is an ES module without side effects, under the MIT licence, for Node 22.12 and later', () => {
      const { type, sideEffects, license, engines } = manifest;
      assert.deepEqual(
        { type, sideEffects, license, engines },
        { type: 'module', sideEffects: false, license: 'MIT', engines: { node: '>=22.12' } },
      );
    });

    test('offers its sources first, then types, then JavaScript, for each entrance', () => {
      for (const [subpath, conditions] of Object.entries(manifest.exports)) {
        if (typeof conditions === 'string') continue;
        // Order decides: the first condition that holds is taken.
        assert.deepEqual(Object.keys(conditions), ['hale-source', 'types', 'default'], subpath);
        const stem = conditions['hale-source'].replace(/^\.\/src\/(.*)\.ts$/, '$1');
        assert.equal(conditions['types'], `./dist/${stem}.d.ts`, subpath);
        assert.equal(conditions['default'], `./dist/${stem}.js`, subpath);
      }
    });

    test('has a source behind each entrance', () => {
      const missing = Object.entries(manifest.exports)
        .map(([, conditions]) => (typeof conditions === 'string' ? conditions : conditions['hale-source']))
        .filter((path) => !existsSync(join(ROOT, folder, path)));
      assert.deepEqual(missing, []);
    });

    test('ships no test and no build state', () => {
      assert.ok(manifest.files.includes('!**/*.test.*'));
      assert.ok(manifest.files.includes('!**/*.tsbuildinfo'));
    });
  });
}

test('both packages have one version, and the server asks for exactly that library', () => {
  const [library, server] = FOLDERS.map(manifestOf) as [Manifest, Manifest];
  assert.equal(server.version, library.version);
  assert.equal(server.dependencies?.['hale'], library.version);
});

test('the library has no run-time dependency', () => {
  assert.equal(manifestOf('packages/hale').dependencies, undefined);
});

test('the changelog speaks of the version that the packages have', () => {
  assert.match(
    readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'),
    new RegExp(`^## ${manifestOf('packages/hale').version.replaceAll('.', '\\.')}\\b`, 'm'),
  );
});

test('the server imports only what it depends on, and the library only through an entrance', () => {
  const { dependencies = {}, peerDependencies = {} } = manifestOf('packages/server');
  const entrances = Object.keys(manifestOf('packages/hale').exports).map((subpath) => `hale${subpath.slice(1)}`);
  const isAllowed = (specifier: string): boolean => {
    if (specifier.startsWith('.') || specifier.startsWith('node:')) return true;
    if (specifier === 'hale' || specifier.startsWith('hale/')) return entrances.includes(specifier);
    const name = specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
    return name in dependencies || name in peerDependencies;
  };
  const wrong = shippedSources()
    .filter((file) => file.startsWith('packages/server/'))
    .flatMap(importsOf)
    .filter(({ specifier }) => !isAllowed(specifier));
  assert.deepEqual(
    wrong.map(({ from, specifier }) => `${from}: ${specifier}`),
    [],
  );
});
