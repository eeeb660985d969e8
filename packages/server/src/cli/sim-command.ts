// hale sim: what a policy loses under a fault, on virtual time. The work is in ../experiment and in hale/sim.

import type { HaleOptions, PolicyEntry, Scenario } from 'hale/sim';
import type { Command, Given } from './command.ts';
import { FAILED, OK, UsageError, WRONG } from './command.ts';
import { faultLines } from './faults.ts';
import { wholeNumber } from './flags.ts';
import type { Io } from './io.ts';
import { wanted } from './sim-names.ts';
import type { SimSettings } from './sim-settings.ts';
import { readSimSettings } from './sim-settings.ts';

const DEFAULT_SEEDS = 5;
const DEFAULT_MEMORY_MB = 1024;

export const simCommand: Command = {
  name: 'sim',
  summary: 'run scenarios on virtual time: what hale and others lose under a fault',
  usage: [
    'SCENARIO... [--policy NAME]... [--set KEY=VALUE]... [--json]',
    '--scenario FILE [--html FILE]',
    '--all [--json]',
    '--replay FILE --config FILE --set KEY=VALUE...',
    '--list [--json]',
  ],
  flags: [
    { name: 'all', help: 'every scenario' },
    { name: 'list', help: 'names and meanings of scenarios and policies' },
    { name: 'scenario', value: 'FILE', help: 'one of your own: YAML, or a program (it is run)' },
    { name: 'replay', value: 'FILE', help: 'a recorded file: its load on a fleet fitted to it' },
    { name: 'config', short: 'c', value: 'FILE', help: 'also hale as this file configures it' },
    { name: 'service', value: 'NAME', help: 'which service of that file' },
    { name: 'set', value: 'KEY=VALUE', isRepeatable: true, help: 'also hale with this: health.recoveryWindow=5s' },
    { name: 'policy', value: 'NAME', isRepeatable: true, help: 'only these policies (default: all)' },
    { name: 'seeds', value: 'N', help: `runs of each, 1 to 1000 (default ${DEFAULT_SEEDS})` },
    { name: 'seed', value: 'N', help: 'the first seed (default 1)' },
    { name: 'max-memory', value: 'MB', help: `refuse what needs more (default ${DEFAULT_MEMORY_MB})` },
    { name: 'html', value: 'FILE', help: 'also a page with charts of the first policies' },
    { name: 'json', help: 'one JSON object, nothing else' },
    { name: 'no-color', help: 'plain text; NO_COLOR in the environment does the same' },
  ],
  maxOperands: undefined,
  notes: [
    'Regret is what a policy loses beyond an oracle that knows every fault, in',
    'points: one is one percent of the requests lost, or answered a second late.',
    'The same seed is the same run.',
    '',
    'Exit code: 0; 1 when a page could not be written; 2 when a name, a scenario,',
    'a record, a setting or a bound is wrong.',
  ],
  async run(given, io) {
    const seeds = seedsOf(given);
    const maxMemoryBytes = 1e6 * (wholeNumber(given, 'max-memory', 1, 1_000_000) ?? DEFAULT_MEMORY_MB);
    // Loaded here: `hale check` and help should not wait for it.
    const sim = await import('hale/sim');
    const { listJson, listText, runExperiment, tooLarge, writePage } = await import('../experiment/index.ts');
    if (given.has('list')) {
      io.out(given.has('json') ? listJson() : listText());
      return OK;
    }
    const settings = await readSimSettings(given, io);
    if (settings.faults.length > 0) {
      io.err(faultLines(settings.faults));
      return WRONG;
    }
    if (given.has('replay')) return replayRecord(given, io, settings, seeds, maxMemoryBytes);
    const scenarios = await scenariosOf(given, io, sim.SCENARIOS);
    if (scenarios === undefined) return WRONG;
    const named = wanted(given.values('policy'), sim.POLICIES, 'policy');
    const [first, ...others] = named.length > 0 ? named : sim.POLICIES;
    const asked = (name: string, doc: string, options: HaleOptions | undefined): PolicyEntry[] =>
      options === undefined ? [] : [sim.haleWith(name, doc, options)];
    const ours = [
      ...asked('configured', 'hale as the file configures it', settings.own),
      ...asked('changed', `hale with ${given.values('set').join(', ')}`, settings.changed),
    ];
    const policies = [first, ...ours, ...others];
    const page = given.value('html');
    if (page !== undefined && scenarios.length > 1)
      throw new UsageError('--html is a page of one scenario: name only one');
    const options = {
      scenarios,
      policies,
      pictured: [first, ...ours],
      seeds,
      json: given.has('json'),
      width: widthOf(io),
      color: io.isTTY && !given.has('no-color') && !io.env['NO_COLOR'],
      maxMemoryBytes,
    };
    const refusal = tooLarge(options);
    if (refusal !== undefined) throw new UsageError(refusal);
    await runExperiment(options, io);
    if (page === undefined) return OK;
    const problem = await writePage(page, scenarios[0], policies, seeds[0]);
    if (problem === undefined) return OK;
    io.err(`${page}: could not be written (${problem})\n`);
    return FAILED;
  },
};

function widthOf({ columns }: Io): number {
  return Math.min(120, Math.max(40, columns || 80));
}

function seedsOf(given: Given): number[] {
  const count = wholeNumber(given, 'seeds', 1, 1000) ?? DEFAULT_SEEDS;
  const first = wholeNumber(given, 'seed', 0, 0xffff_ffff) ?? 1;
  return Array.from({ length: count }, (_, index) => first + index);
}

// Undefined: a file was wrong, and it was said why.
async function scenariosOf(given: Given, io: Io, known: readonly Scenario[]): Promise<readonly Scenario[] | undefined> {
  const file = given.value('scenario');
  const operands = given.operands;
  if (given.has('all') && operands.length > 0)
    throw new UsageError(`--all stands for every scenario: leave ${operands[0]} out`);
  if (file === undefined && !given.has('all') && operands.length === 0)
    throw new UsageError('hale sim needs a scenario: hale sim brownout, or hale sim --list for their names');
  const scenarios = given.has('all') ? known : wanted(operands, known, 'scenario');
  if (file === undefined) return scenarios;
  const { readScenario } = await import('../scenario/index.ts');
  const { scenario, faults } = await readScenario(file, io.env);
  if (scenario !== undefined) return [...scenarios, scenario];
  io.err(faultLines(faults));
  return undefined;
}

async function replayRecord(
  given: Given,
  io: Io,
  { service, known, own = {}, changed }: SimSettings,
  seeds: readonly number[],
  maxMemoryBytes: number,
): Promise<number> {
  if (given.operands.length > 0 || given.has('all') || given.has('scenario'))
    throw new UsageError('--replay makes its own scenario of the record: name no other');
  if (given.has('html') || given.has('policy'))
    throw new UsageError('--replay compares settings only: leave --html and --policy out');
  const { replay } = await import('../experiment/index.ts');
  const options = {
    file: given.value('replay')!,
    service,
    known,
    changed: changed ?? own,
    seeds,
    json: given.has('json'),
    width: widthOf(io),
    maxMemoryBytes,
  };
  const problem = await replay(options, io);
  if (problem === undefined) return OK;
  io.err(`${problem}\n`);
  return WRONG;
}
