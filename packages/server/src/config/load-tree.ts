// A file's text -> what a judge makes of its tree, or every fault with its line. The judge is told: configurations and
// scenarios are read alike.
//
// All faults of a file come at once, in the order of the file. A fault about a value from the environment shows the
// reference, never the value.

import type { Source } from './document.ts';
import { readDocument } from './document.ts';
import type { Environment } from './environment.ts';
import { retype } from './environment.ts';
import type { ConfigFault, Finding } from './fault.ts';
import { formatPath, render, valueAt } from './fault.ts';

export interface LoadOptions {
  /** What the file is called in faults. */
  readonly file: string;
  /** Where `${NAME}` is looked up. */
  readonly env: Environment;
}

/** Throws nothing for any tree. */
export type JudgeTree<T> = (
  tree: unknown,
) => { readonly value: T; readonly findings?: undefined } | { readonly findings: readonly Finding[] };

/** A value, or every fault that kept it from being one (then at least one), in the order of the file. */
export type LoadedTree<T> =
  | { readonly value: T; readonly faults: readonly [] }
  | { readonly value: undefined; readonly faults: readonly ConfigFault[] };

/** Reads the text of a YAML file. Throws nothing for any text. */
export function loadTree<T>(text: string, { file, env }: LoadOptions, judge: JudgeTree<T>): LoadedTree<T> {
  const source = readDocument(text, env);
  const placed = source.findings.map(({ path, ...rest }): ConfigFault => ({ file, path: formatPath(path), ...rest }));
  // Without a tree there is nothing to judge. A document that holds nothing was read, and is no mapping.
  if (source.tree === undefined) return { value: undefined, faults: sorted(placed) };

  let judgement = judge(source.tree);
  // An unquoted reference is text until something else was wanted at its place: `weight: ${WEIGHT}`.
  if (judgement.findings && retypeReferences(source, judgement.findings)) judgement = judge(source.tree);
  const findings = judgement.findings ?? [];
  // What was refused while reading has no value worth judging.
  const known = new Set(placed.map(({ path }) => path));
  const faults = [
    ...placed,
    ...findings.map((finding) => place(finding, source, file)).filter(({ path }) => !known.has(path)),
  ];
  return faults.length === 0 && !judgement.findings
    ? { value: judgement.value, faults: [] }
    : { value: undefined, faults: sorted(faults) };
}

function place(finding: Finding, source: Source, file: string): ConfigFault {
  const { path, expected, atKey } = finding;
  const reference = source.referenceAt(path);
  const received = reference
    ? JSON.stringify(reference.text).slice(0, 80)
    : (finding.received ?? render(valueAt(source.tree, path)));
  return { file, ...source.placeOf(path, atKey), path: formatPath(path), expected, received };
}

function retypeReferences(source: Source, findings: readonly Finding[]): boolean {
  let isChanged = false;
  for (const { path } of findings) {
    const value = source.referenceAt(path)?.isPlain ? valueAt(source.tree, path) : undefined;
    const typed = typeof value === 'string' ? retype(value) : undefined;
    if (typed === undefined) continue;
    (valueAt(source.tree, path.slice(0, -1)) as Record<string | number, unknown>)[path.at(-1)!] = typed;
    isChanged = true;
  }
  return isChanged;
}

function sorted(faults: readonly ConfigFault[]): ConfigFault[] {
  return faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
