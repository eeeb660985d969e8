// Every example in the documentation is run: an example that does not is worse than none.
//
//   ts    runs as it stands, and is type-checked; where a line ends in `console.log(x); // text`, that text must be printed
//   yaml  goes through `hale check`; on the page about scenarios it is one
//   sh    names only scripts and commands that exist; running them is the business of other tests

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { loadScenario } from '../packages/server/src/scenario/index.ts';
import { ROOT } from '../scripts/run-tests.ts';
import { filesUnder } from '../scripts/sources.ts';

interface Example {
  /** 'docs/library.md:12' */
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...filesUnder('docs', '.md').filter((file) => !file.startsWith('docs/plans/')),
];
const MAIN = 'packages/server/src/cli/main.ts';
// Inside the repository, so that `hale` is found; not in node_modules, where Node strips no types.
const FOLDER = join(ROOT, 'reports', 'examples');

const examples = PAGES.flatMap(read);
mkdirSync(FOLDER, { recursive: true });
after(() => rmSync(FOLDER, { recursive: true, force: true }));

describe('examples in ts', () => {
  const programs = examples.filter(({ language }) => language === 'ts');
  for (const example of programs) {
    test(`${example.place} runs`, () => {
      const file = write(example, 'ts');
      const { status, stdout, stderr } = run(['--conditions=hale-source', file]);
      assert.equal(status, 0, stderr);
      const printed = stdout.split('\n');
      for (const [, expected] of example.text.matchAll(/console\.log\(.*\);\s*\/\/ ([\w.-]+)[,:\n]/g)) {
        assert.ok(printed.includes(expected), `expected ${expected} among:\n${stdout}`);
      }
    });
  }

  test('all of them hold their types', () => {
    for (const example of programs) write(example, 'ts');
    writeFileSync(
      join(FOLDER, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../tsconfig.check.json',
        compilerOptions: { noUnusedLocals: false },
        include: ['*.ts'],
      }),
    );
    const { stdout } = run([join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', FOLDER]);
    // Faults of the sources themselves are the business of npm run check.
    assert.equal(
      stdout
        .split('\n')
        .filter((line) => line.startsWith('reports/'))
        .join('\n'),
      '',
    );
  });
});

describe('examples in yaml', () => {
  const isScenario = ({ place }: Example): boolean => place.startsWith('docs/scenarios.md:');
  const inYaml = examples.filter(({ language }) => language === 'yaml');
  for (const { place, text } of inYaml.filter(isScenario)) {
    test(`${place} is a valid scenario`, () => {
      assert.deepEqual(loadScenario(text, { file: place, env: {} }).faults, []);
    });
  }
  for (const example of inYaml.filter((one) => !isScenario(one))) {
    test(`${example.place} is a valid configuration`, () => {
      const { status, stdout, stderr } = run(['--conditions=hale-source', MAIN, 'check', write(example, 'yaml')]);
      assert.equal(status, 0, stdout + stderr);
    });
  }
});

describe('examples in sh', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const example of examples.filter(({ language }) => language === 'sh')) {
    test(`${example.place} names what exists`, () => {
      const text = example.text.replace(/#.*/g, '');
      for (const [, script] of text.matchAll(/\bnpm run ([\w:]+)/g)) assert.ok(script in scripts, `npm run ${script}`);
      if (/\bnpm (start|test)\b/.test(text)) assert.ok('start' in scripts && 'test' in scripts);
      const help = run(['--conditions=hale-source', MAIN, '--help']).stdout;
      for (const [, command] of text.matchAll(/\bnpx hale (\w+)/g)) assert.match(help, new RegExp(`\\b${command}\\b`));
    });
  }
});

test('links between pages lead to files that exist', () => {
  const broken = PAGES.flatMap((page) =>
    [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
      .map(([, path]) => join(page, '..', path))
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${page} -> ${path}`),
  );
  assert.deepEqual(broken, []);
});

function read(page: string): Example[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map((match) => ({
    place: `${page}:${text.slice(0, match.index).split('\n').length}`,
    language: match[1]!,
    text: match[2]!,
  }));
}

function write({ place, text }: Example, ending: string): string {
  const file = join(FOLDER, `${place.replace(/\W+/g, '-')}.${ending}`);
  writeFileSync(file, text);
  return file;
}

function run(words: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, words, {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 15_000,
    env: { ...process.env, NO_COLOR: '1' },
  });
}
