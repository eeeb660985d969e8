// The tables in docs/ that the code knows better than any writer: options, circuit moves, error codes, faults, policies. Each stands in its
// page between two marks; `npm run docs` writes them, and a test says when one is no longer current.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Circuit, Knob, KnobValue, PresetName } from '../packages/hale/src/core/model/index.ts';
import { ERROR_CODES, KNOBS, PRESETS, defaultOf, expectation } from '../packages/hale/src/core/model/index.ts';
import { formatDuration } from '../packages/hale/src/core/kernel/index.ts';
import { TRANSITIONS } from '../packages/hale/src/core/circuit/transitions.ts';
import { KNOBS_WITHOUT_KEY } from '../packages/server/src/config/health-schema.ts';
import { PROBLEMS } from '../packages/server/src/proxy/problem.ts';
import { ROOT } from './run-tests.ts';
import { faultRows, scenarioRows } from './scenario-tables.ts';
import { builtinRows, policyRows } from './sim-tables.ts';

const TABLES: Readonly<Record<string, () => string>> = {
  options: optionTable,
  circuit: circuitTable,
  errors: errorTable,
  problems: problemTable,
  scenario: () => rows(['key', 'takes', 'default', 'what it is'], scenarioRows()),
  faults: () => rows(['fault', 'its keys', 'what it is'], faultRows()),
  policies: () => rows(['policy', 'what it does', 'source'], policyRows()),
  builtin: () => rows(['scenario', 'what happens'], builtinRows()),
};
export const PAGES: readonly string[] = [
  'docs/configuration.md',
  'docs/how-it-decides.md',
  'docs/library.md',
  'docs/proxy.md',
  'docs/scenarios.md',
  'docs/simulator.md',
];

/** The page as it should read: every marked table replaced by what the code says now. */
export function renderPage(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8').replace(MARKED, (_, name: string) => {
    const table = TABLES[name];
    if (!table) throw new Error(`${page}: there is no table "${name}"`);
    return `<!-- table: ${name} -->\n\n${table()}\n\n<!-- /table -->`;
  });
}

const MARKED = /<!-- table: (\w+) -->[\s\S]*?<!-- \/table -->/g;

function optionTable(): string {
  return rows(
    ['option', 'takes', 'default', 'what it is', 'the extremes'],
    KNOBS.map((knob) => [
      `\`${knob.key}\`${KNOBS_WITHOUT_KEY.has(knob.key) ? ' (programs only)' : ''}`,
      expectation(knob)
        .replaceAll("'", '`')
        .replace(/ such as .*/, ''),
      defaults(knob),
      knob.doc,
      `${knob.low}; ${knob.high}`,
    ]),
  );
}

/** One value where the presets agree, else one for each. */
function defaults(knob: Knob): string {
  const values = PRESETS.map((preset) => value(knob, defaultOf(knob, preset)));
  if (new Set(values).size === 1) return values[0];
  return PRESETS.map((preset: PresetName, i) => `${values[i]} (${preset})`).join(', ');
}

function value(knob: Knob, given: KnobValue): string {
  return `\`${knob.kind === 'duration' && typeof given === 'number' && given > 0 ? formatDuration(given) : String(given)}\``;
}

function circuitTable(): string {
  const states = Object.keys(TRANSITIONS) as Circuit[];
  return rows(
    ['from', 'on', 'to', 'what else happens'],
    states.flatMap((from) =>
      Object.entries(TRANSITIONS[from]).map(([event, { to, does }]) => [from, `\`${event}\``, to, does]),
    ),
  );
}

function errorTable(): string {
  return rows(
    ['code', 'when'],
    Object.entries(ERROR_CODES).map(([code, when]) => [`\`${code}\``, when]),
  );
}

function problemTable(): string {
  return rows(
    ['code', 'status', 'title'],
    Object.entries(PROBLEMS).map(([code, [status, title]]) => [`\`${code}\``, String(status), title]),
  );
}

function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}
