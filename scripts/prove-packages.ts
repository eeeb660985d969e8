// Proves the packages that people will install, not the workspace: packs both, installs the tarballs into an empty
// project, imports every entrance, type-checks a consumer, runs the command; and runs the unit tests on each supported
// release line of Node.
//
//   node scripts/prove-packages.ts [--node 22 --node 24 --node 26]
//
// Other Node versions come from the npm packages `node-<platform>-<arch>`, which hold the bare binary and need no install
// script, so that neither npm 10 nor npm 11 (which refuses scripts unless they are allowed) stands in the way.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './run-tests.ts';

const RELEASE_LINES = ['22', '24', '26'];
const PACKAGES = ['packages/hale', 'packages/server'];

// What somebody who installed the library may write, and one line that must not compile.
const CONSUMER = `
import { HealthAwareLoadBalancer, type ServiceInstance } from 'hale';
const balancer = new HealthAwareLoadBalancer({ recoveryWindow: '10s', circuitBreakThreshold: 5 });
interface Mine extends ServiceInstance { readonly rack: string }
const chosen: Promise<ServiceInstance | undefined> = balancer.selectInstance('users', [{ id: 'a', rack: 'r1' } as Mine]);
void chosen.then((instance) => instance && balancer.recordError('users', instance.id, { cause: 'timeout' }));
// @ts-expect-error a cause that does not exist
balancer.recordError('users', 'a', { cause: 'bad luck' });
`;

const { values } = parseArgs({ options: { node: { type: 'string', multiple: true, default: RELEASE_LINES } } });
const folder = mkdtempSync(join(tmpdir(), 'hale-prove-'));
try {
  const tarballs = pack();
  const project = install(tarballs);
  const binaries = fetchNodes(values.node);
  typeCheck(project);
  for (const [line, binary] of binaries) {
    importAll(project, binary, line);
    runCommand(project, binary, line);
    runUnitTests(binary, line);
  }
  console.log('the packages hold what they promise');
} catch (error) {
  console.log(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function pack(): string[] {
  const out = join(folder, 'tarballs');
  mkdirSync(out);
  for (const path of PACKAGES) run('npm', ['pack', '--ignore-scripts', '--pack-destination', out], join(ROOT, path));
  const found = readdirSync(out).map((name) => join(out, name));
  for (const tarball of found) {
    const listed = run('tar', ['tzf', tarball], ROOT).split('\n');
    const strays = listed.filter((name) => /\.test\.|\.bench\.|tsbuildinfo|node_modules/.test(name));
    if (strays.length > 0) throw new Error(`${tarball} holds what nobody should install:\n${strays.join('\n')}`);
  }
  say(`packed ${found.length} packages`);
  return found;
}

function install(tarballs: readonly string[]): string {
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs], project);
  say('installed into an empty project');
  return project;
}

/** Release line -> path of its binary. The line that runs this script needs no download. */
function fetchNodes(lines: readonly string[]): Map<string, string> {
  const own = process.version.slice(1).split('.')[0]!;
  const others = lines.filter((line) => line !== own);
  const place = join(folder, 'nodes');
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), '{"private":true}');
  const name = `node-${process.platform}-${process.arch}`;
  if (others.length > 0)
    run(
      'npm',
      [
        'install',
        '--no-audit',
        '--no-fund',
        '--ignore-scripts',
        ...others.map((line) => `node-${line}@npm:${name}@${line}`),
      ],
      place,
    );
  return new Map(
    lines.map((line) => [
      line,
      line === own ? process.execPath : join(place, 'node_modules', `node-${line}`, 'bin', 'node'),
    ]),
  );
}

function typeCheck(project: string): void {
  const entrances = subpaths(project);
  const lines = entrances.map(
    (subpath, index) => `import * as entrance${index} from '${subpath}';\nvoid entrance${index};`,
  );
  lines.push(CONSUMER);
  writeFileSync(join(project, 'consumer.ts'), lines.join('\n'));
  const options = {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: [],
    lib: ['es2023', 'dom', 'esnext.disposable'],
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['consumer.ts'] }));
  // The server's own types speak of Node; the library's must not need them.
  run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', `@types/node@${rootVersion('@types/node')}`],
    project,
  );
  run(
    process.execPath,
    [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', project, '--types', 'node'],
    project,
  );
  say(`type-checked a consumer of ${entrances.length} entrances`);
}

function importAll(project: string, binary: string, line: string): void {
  const entrances = subpaths(project);
  const program = entrances
    .map(
      (subpath) =>
        `{ const names = Object.keys(await import('${subpath}')); if (names.length === 0) throw new Error('${subpath} exports nothing'); }`,
    )
    .join('\n');
  run(binary, ['--input-type=module', '--eval', program], project);
  say(`Node ${line}: imported ${entrances.join(', ')}`);
}

function runCommand(project: string, binary: string, line: string): void {
  const help = run(binary, [join(project, 'node_modules', '.bin', 'hale'), '--help'], project);
  for (const word of ['serve', 'demo', 'check'])
    if (!help.includes(word)) throw new Error(`hale --help on Node ${line} does not speak of "${word}":\n${help}`);
  say(`Node ${line}: hale --help answers`);
}

function runUnitTests(binary: string, line: string): void {
  const output = run(binary, [join('scripts', 'test.ts'), '--unit'], ROOT);
  // Indented, so that nobody who counts closing lines counts these tests twice.
  const passed = /pass (\d+)/.exec(output)?.[1] ?? '?';
  say(`Node ${line}: ${passed} unit tests hold`);
}

/** Every entrance of both packages, but data files. */
function subpaths(project: string): string[] {
  return ['hale', '@hale/server'].flatMap((name) => {
    const { exports } = JSON.parse(readFileSync(join(project, 'node_modules', name, 'package.json'), 'utf8')) as {
      exports: Record<string, unknown>;
    };
    return Object.keys(exports)
      .filter((subpath) => !subpath.endsWith('.json'))
      .map((subpath) => name + subpath.slice(1));
  });
}

function rootVersion(name: string): string {
  return (JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string })
    .version;
}

function run(program: string, words: readonly string[], cwd: string): string {
  // The conditions and the report of a surrounding run must not reach these processes.
  const env = { ...process.env, NODE_OPTIONS: '', HALE_TEST_REPORT: undefined, NODE_TEST_CONTEXT: undefined };
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    cwd,
    env,
    encoding: 'utf8',
    timeout: 300_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0)
    throw new Error(
      `${program} ${words.join(' ')} ended with ${status ?? error?.message ?? 'a signal'}\n${stdout}\n${stderr}`,
    );
  return stdout;
}

function say(text: string): void {
  console.log(`  ${text}`);
}
