// A value that somebody wrote -> a scenario, or every fault that keeps it from being one, at once.
//
// Whatever is left out is ordinary (scenarios/ordinary.ts), but for the name and the script, which are what a scenario is
// about. `extends: NAME` starts from one of our own instead. Whoever then writes another script does without that
// scenario's `watched` and `judgedFromMs`, for they speak of its script.

import type { Fault } from '../../core/model/index.ts';
import type { Scenario } from '../scenario.ts';
import { SCENARIOS, scenario as ordinary } from '../scenarios/index.ts';
import type { ScenarioFinding } from './finding.ts';
import { faultOf, valueAt } from './finding.ts';
import type { Reading } from './read.ts';
import { readMapping } from './read.ts';
import { checkRules } from './rules.ts';
import { SCENARIO_KEYS } from './scenario-shape.ts';
import type { Key } from './shape.ts';
import type { Spelling } from './spelling.ts';
import { FILE, PROGRAM } from './spelling.ts';

/** Without a scenario there is at least one fault. */
export interface Judged {
  readonly scenario?: Scenario;
  readonly faults: Fault[];
}

/** The same for a tree whose reader knows the places of its values. */
export interface JudgedTree {
  readonly scenario?: Scenario;
  readonly findings: readonly ScenarioFinding[];
}

/**
 * Judges a scenario as a program has it: durations are numbers of milliseconds under names that end in Ms. Throws nothing
 * for plain data. The scenario is a copy, complete with what was left out.
 */
export function judgeScenario(value: unknown): Judged {
  const { scenario, findings } = judge(value, PROGRAM);
  return scenario ? { scenario, faults: [] } : { faults: findings.map((finding) => faultOf(finding, value)) };
}

/** Judges a scenario as a file has it: names without Ms, durations as text with their unit. */
export function judgeScenarioTree(tree: unknown): JudgedTree {
  return judge(tree, FILE);
}

const EXTENDS: Key = {
  shape: { kind: 'choice', choices: SCENARIOS.map(({ name }) => name) },
  doc: 'The scenario of our own that this one starts from.',
  isOptional: true,
};

function judge(value: unknown, spelling: Spelling): JudgedTree {
  const reading: Reading = { spelling, findings: [] };
  const keys = { extends: EXTENDS, ...SCENARIO_KEYS };
  const { extends: _, ...draft } = readMapping(keys, value, baseOf(value), [], reading);
  if (Object.keys(draft).length === 0) return { findings: reading.findings }; // no mapping at all
  const scenario = draft as unknown as Scenario;
  const findings = [...reading.findings, ...checkRules(scenario, value, spelling)];
  return findings.length > 0 ? { findings } : { scenario, findings };
}

/** What stands for the keys that are absent. */
function baseOf(value: unknown): Partial<Scenario> {
  const { name: _, script: _none, ...rest } = ordinary({ name: '', doc: '' });
  const wanted = valueAt(value, ['extends']);
  if (wanted === undefined) return rest;
  const extended = SCENARIOS.find(({ name }) => name === wanted);
  // A wrong name is a fault of its own; that the script is missing then would be noise.
  if (extended === undefined) return { ...rest, script: [] };
  const { name, watched, judgedFromMs, ...base } = extended;
  const doc = `as ${name}, but for what was changed`;
  if (valueAt(value, ['script']) !== undefined) return { ...base, doc, judgedFromMs: rest.judgedFromMs! };
  return { ...base, doc, judgedFromMs, ...(watched && { watched }) };
}
