// The tables of docs/scenarios.md: what the judge of scenarios reads by, as rows. Keys are spelt as in a file.

import { CATALOGUE } from '../packages/hale/src/faults/index.ts';
import { expectation } from '../packages/hale/src/sim/judge/expectation.ts';
import { FAULT, SCENARIO_KEYS } from '../packages/hale/src/sim/judge/scenario-shape.ts';
import type { Key, Keys, Shape } from '../packages/hale/src/sim/judge/shape.ts';
import { FILE } from '../packages/hale/src/sim/judge/spelling.ts';
import { scenario } from '../packages/hale/src/sim/scenarios/index.ts';

type Row = readonly string[];

/** key, takes, default, what it is */
export function scenarioRows(): Row[] {
  const { name: _, script: _required, ...ordinary } = scenario({ name: '', doc: '' });
  return keyRows(SCENARIO_KEYS, ordinary, '', '');
}

/** fault, its keys, what it is */
export function faultRows(): Row[] {
  return Object.entries(FAULT.of).map(([name, keys]) => [
    `\`${name}\``,
    Object.entries(keys)
      .map(
        ([key, { shape, isOptional }]) => `\`${FILE.keyOf(key)}\`: ${takes(shape)}${isOptional ? ', or nothing' : ''}`,
      )
      .join('; ') || '-',
    CATALOGUE[name as keyof typeof CATALOGUE].doc.replaceAll(/(?<=`\w+)Ms(?=`)/g, ''),
  ]);
}

function keyRows(keys: Keys, base: unknown, prefix: string, suffix: string): Row[] {
  return Object.entries(keys).flatMap(([name, key]) => {
    const path = `${prefix}${FILE.keyOf(name)}`;
    const standard = (base as Record<string, unknown> | undefined)?.[name];
    return [
      [`\`${path}\`${suffix}`, takes(key.shape), defaultOf(key, standard), key.doc],
      ...below(key.shape, standard, path),
    ];
  });
}

function below(shape: Shape, base: unknown, path: string): Row[] {
  if (shape.kind === 'mapping') return keyRows(shape.keys, base, `${path}.`, '');
  if (shape.kind === 'list') return below(shape.of, undefined, `${path}[]`);
  // Faults have a table of their own.
  if (shape.kind !== 'variants' || shape === FAULT) return [];
  const standard = (base as Record<string, unknown> | undefined)?.[shape.by];
  const words = Object.keys(shape.of).map((word) => `\`${word}\``);
  return [
    [`\`${path}.${shape.by}\``, words.join(', '), `\`${String(standard)}\``, 'What the other keys are.'],
    ...Object.entries(shape.of).flatMap(([word, keys]) =>
      keyRows(keys, word === standard ? base : undefined, `${path}.`, ` (${word})`),
    ),
  ];
}

function takes(shape: Shape): string {
  if (shape.kind !== 'list') return expectation(shape, FILE).replace(" such as '30s'", '');
  const { least, most, of } = shape;
  const entry = of.kind === 'mapping' ? '' : `, each ${takes(of)}`;
  return `a list of ${least} to ${most}${entry}`;
}

function defaultOf({ shape, isOptional, fallback }: Key, standard: unknown): string {
  if (standard === undefined) return isOptional || fallback !== undefined ? '-' : 'required';
  if (shape.kind === 'duration') return `\`${FILE.writeDuration(standard as number)}\``;
  if (shape.kind === 'mapping' || shape.kind === 'variants') return 'see below';
  return standard === '' ? 'empty' : `\`${String(standard)}\``;
}
