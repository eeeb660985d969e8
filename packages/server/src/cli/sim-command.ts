// hale sim: what a policy loses under a fault, on virtual time. The work is in ../experiment and in hale/sim.

import type { PolicyEntry, Scenario } from 'hale/sim';
import { suggest } from '../config/index.ts';
import type { Command, Given } from './command.ts';
import { OK, UsageError, WRONG } from './command.ts';
import { faultLines } from './faults.ts';
import { wholeNumber } from './flags.ts';
import type { Io } from './io.ts';

const DEFAULT_SEEDS = 5;
const DEFAULT_MEMORY_MB = 1024;

export const simCommand: Command = {
  name: 'sim',
  summary: 'run scenarios on virtual time: what hale and others lose under a fault',
  usage: ['SCENARIO... [--policy NAME]... [--set KEY=VALUE]... [--json]', '--all [--json]', '--list'],
  flags: [
    { name: 'all', help: 'every scenario' },
    { name: 'list', help: 'names and meanings of scenarios and policies' },
    { name: 'policy', value: 'NAME', isRepeatable: true, help: 'only these policies (default: all)' },
    {
      name: 'set',
      value: 'KEY=VALUE',
      isRepeatable: true,
      help: 'also hale with a setting, as health.recoveryWindow=5s',
    },
    { name: 'seeds', value: 'N', help: `runs of each, 1 to 1000 (default ${DEFAULT_SEEDS})` },
    { name: 'seed', value: 'N', help: 'the first seed (default 1)' },
    { name: 'max-memory', value: 'MB', help: `refuse what needs more (default ${DEFAULT_MEMORY_MB})` },
    { name: 'json', help: 'one JSON object, nothing else' },
  ],
  maxOperands: undefined,
  notes: [
    'Regret is what a policy loses beyond an oracle that knows every fault, in',
    'points: one is one percent of the requests lost, or answered a second late.',
    'The same seed is the same run.',
    '',
    'Exit code: 0, or 2 when a name, a setting or a bound is wrong.',
  ],
  async run(given, io) {
    const seeds = wholeNumber(given, 'seeds', 1, 1000) ?? DEFAULT_SEEDS;
    const first = wholeNumber(given, 'seed', 0, 0xffff_ffff) ?? 1;
    const maxMemory = wholeNumber(given, 'max-memory', 1, 1_000_000) ?? DEFAULT_MEMORY_MB;
    // Loaded here: `hale check` and help should not wait for it.
    const { POLICIES, SCENARIOS } = await import('hale/sim');
    if (given.has('list')) return list(io, SCENARIOS, POLICIES);
    const scenarios = given.has('all') ? all(given, SCENARIOS) : wanted(given.operands, SCENARIOS, 'scenario');
    if (scenarios.length === 0)
      throw new UsageError('hale sim needs a scenario: hale sim brownout, or hale sim --list for their names');
    const policies = wanted(given.values('policy'), POLICIES, 'policy');
    const chosen = policies.length > 0 ? policies : POLICIES;
    const changed = await changedPolicies(given.values('set'), io);
    if (typeof changed === 'number') return changed;
    const { runExperiment, tooLarge } = await import('../experiment/index.ts');
    const options = {
      scenarios,
      policies: [...chosen.slice(0, 1), ...changed, ...chosen.slice(1)],
      seeds: Array.from({ length: seeds }, (_, index) => first + index),
      json: given.has('json'),
      maxMemoryBytes: maxMemory * 1e6,
    };
    const refusal = tooLarge(options);
    if (refusal !== undefined) throw new UsageError(refusal);
    await runExperiment(options, io);
    return OK;
  },
};

function all(given: Given, scenarios: readonly Scenario[]): readonly Scenario[] {
  if (given.operands.length > 0)
    throw new UsageError(`--all stands for every scenario: leave ${given.operands[0]} out`);
  return scenarios;
}

function wanted<T extends { readonly name: string }>(names: readonly string[], known: readonly T[], what: string): T[] {
  return names.map((name) => {
    const found = known.find((one) => one.name === name);
    if (found) return found;
    const near = suggest(
      name,
      known.map((one) => one.name),
    );
    const hint = near === undefined ? '; hale sim --list has their names' : ` (did you mean ${near}?)`;
    throw new UsageError(`there is no ${what} ${JSON.stringify(name.slice(0, 60))}${hint}`);
  });
}

// hale as it is told to be, beside hale as it comes. A number is an exit code: the settings were wrong, and it is said why.
async function changedPolicies(sets: readonly string[], io: Io): Promise<readonly PolicyEntry[] | number> {
  if (sets.length === 0) return [];
  const { BARE_CONFIG, changeSettings } = await import('../experiment/index.ts');
  const { service, faults } = changeSettings(BARE_CONFIG, 'simulated', sets, io.env);
  if (service === undefined) {
    io.err(faultLines(faults));
    return WRONG;
  }
  const { haleWith } = await import('hale/sim');
  const { classify: _, ...settings } = service.options;
  return [haleWith('hale-changed', `hale with ${sets.join(', ')}`, { settings })];
}

function list(io: Io, scenarios: readonly Scenario[], policies: readonly PolicyEntry[]): number {
  const width = Math.max(...[...scenarios, ...policies].map(({ name }) => name.length)) + 4;
  const lines = (entries: readonly { readonly name: string; readonly doc: string }[]): string =>
    entries
      .map(({ name, doc }) => {
        const [first, ...more] = wrapped(doc, 80 - width);
        return [`  ${name}`.padEnd(width) + first, ...more.map((line) => ' '.repeat(width) + line)].join('\n');
      })
      .join('\n');
  io.out(`Scenarios:\n${lines(scenarios)}\n\nPolicies:\n${lines(policies)}\n`);
  return OK;
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
