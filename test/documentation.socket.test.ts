// Every example in the documentation is run: an example that does not is worse than none.
//
//   ts    runs as it stands, and is type-checked; where a line ends in `console.log(x); // text`, that text must be printed
//   yaml  goes through `hale check`; on the page about scenarios it is one
//   sh    names only scripts and commands that exist; `npx hale sim ...` is run too, with one seed
//   text  right after such a command is what it printed: each line has the shape of one that it prints now (digits differ
//         with every change of the engine)

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { run as runCommand } from '../packages/server/src/cli/run.ts';
import { loadScenario } from '../packages/server/src/scenario/index.ts';
import { ROOT } from '../scripts/run-tests.ts';
import { filesUnder } from '../scripts/sources.ts';

interface Example {
  /** 'docs/library.md:12' */
  readonly place: string;
  /** Where it ends. */
  readonly endLine: number;
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
  const help = run(['--conditions=hale-source', MAIN, '--help']).stdout;
  for (const example of examples.filter(({ language }) => language === 'sh')) {
    test(`${example.place} names what exists`, () => {
      const text = example.text.replace(/#.*/g, '');
      for (const [, script] of text.matchAll(/\bnpm run ([\w:]+)/g)) assert.ok(script in scripts, `npm run ${script}`);
      if (/\bnpm (start|test)\b/.test(text)) assert.ok('start' in scripts && 'test' in scripts);
      for (const [, command] of text.matchAll(/\bnpx hale (\w+)/g)) assert.match(help, new RegExp(`\\b${command}\\b`));
    });
  }
});

describe('examples of hale sim', () => {
  // What they speak of.
  copyFileSync(join(ROOT, 'examples/proxy/hale.yaml'), join(FOLDER, 'hale.yaml'));
  copyFileSync(join(ROOT, 'examples/scenario.yaml'), join(FOLDER, 'scenario.yaml'));
  writeFileSync(join(FOLDER, 'outcomes.jsonl'), recordLines().join('\n'));

  for (const [at, { place, endLine, language, text }] of examples.entries()) {
    const commands =
      language === 'sh' ? [...text.matchAll(/^npx hale (sim [^#|\n]*)/gm)].map(([, words]) => words!) : [];
    const after = examples[at + 1];
    const isPrinted = after?.language === 'text' && after.place === `${place.split(':')[0]}:${endLine + 2}`;
    for (const [index, command] of commands.entries()) {
      test(`${place} hale ${command.trim()}`, async () => {
        const { code, out, err } = await simulated(command);
        assert.deepEqual([code, err], [0, '']);
        if (!isPrinted || index < commands.length - 1) return;
        const shapes = new Set(out.split('\n').map(shapeOf));
        assert.deepEqual(
          after.text.split('\n').filter((line) => !shapes.has(shapeOf(line))),
          [],
        );
      });
    }
  }

  async function simulated(command: string): Promise<{ code: number; out: string; err: string }> {
    const words = `${command.replace(/--seeds \d+/, '')} --seeds 1`.trim().split(/\s+/);
    const args = words.map((word) => (/^[\w-]+\.(yaml|jsonl|html)$/.test(word) ? join(FOLDER, word) : word));
    let [out, err] = ['', ''];
    const never = new AbortController().signal;
    const io = {
      out: (text: string) => void (out += text),
      err: (text: string) => void (err += text),
      env: {},
      isTTY: false,
      columns: 80,
      rows: 24,
      outputGone: never,
      stopSignal: () => never,
    };
    return { code: await runCommand(args, io, '0.0.0'), out, err };
  }

  /** A line without what another engine or another seed changes: digits, bars, marks, and what has or has not come. */
  function shapeOf(line: string): string {
    if (/^[ XHoh-]+$/.test(line)) return 'marks';
    return line
      .replace(/^ *\d+ share .*/, 'share')
      .replace(/^- fault at work; .*(?=faults)/, '')
      .replace(/\d+(\.\d+)?/g, '0')
      .replace(/ ±0|±∞/g, '')
      .replace(/ - /g, ' 0 ')
      .replace(/0 seeds|seed 0/g, 'seeds')
      .replace(/ +/g, ' ')
      .trim();
  }

  // Forty-five seconds of three instances in turn, one of which fails every third request from 15 to 30 s.
  function recordLines(): string[] {
    const lines = ['{"hale":"record","version":1}'];
    for (let number = 0; number < 2700; number++) {
      const at = (1000 * number) / 60;
      const instance = 'abc'[number % 3];
      const isBad = instance === 'b' && at >= 15_000 && at < 30_000 && number % 9 === 1;
      const end = isBad ? { outcome: 'failure', cause: 'server-error' } : { outcome: 'success' };
      const time = 1_764_000_000_000 + at;
      lines.push(
        JSON.stringify({ time, service: 'api', instance, ...end, latencyMs: 20 + (number % 7), source: 'traffic' }),
      );
      if (number % 60 < 3)
        lines.push(
          JSON.stringify({ time, service: 'api', instance, outcome: 'success', latencyMs: 1, source: 'check' }),
        );
    }
    return lines;
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
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map((match) => {
    const line = text.slice(0, match.index).split('\n').length;
    const endLine = line + match[0].split('\n').length - 1;
    return { place: `${page}:${line}`, endLine, language: match[1]!, text: match[2]! };
  });
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
