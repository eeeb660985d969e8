// A tree of plain values -> a configuration, or everything that is wrong with it.

import type { Config } from './config.ts';
import { checkEffects } from './effect-rules.ts';
import type { Finding } from './fault.ts';
import { findingsOf } from './finding.ts';
import { checkReferences } from './reference-rules.ts';
import { CONFIG_SCHEMA } from './schema.ts';

export type Judgement = { readonly config: Config } | { readonly findings: readonly Finding[] };

/** Never throws: a program may hand in anything that is plain data. */
export function judge(tree: unknown): Judgement {
  const result = CONFIG_SCHEMA.safeParse(tree);
  const schemaFindings = result.success ? [] : result.error.issues.flatMap(findingsOf);
  const findings = [...schemaFindings, ...checkReferences(tree), ...checkEffects(tree)];
  if (findings.length > 0) return { findings: firstOfEachPlace(findings) };
  return { config: result.data as Config };
}

// One place, one fault: what the schema says of a value comes before what the rules make of it.
function firstOfEachPlace(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ path }) => {
    const place = JSON.stringify(path);
    return !seen.has(place) && seen.add(place);
  });
}
