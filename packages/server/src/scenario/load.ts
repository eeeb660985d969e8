// The text of a scenario in YAML, or in JSON, which is YAML: a scenario, or every fault with its line.

import type { Scenario } from 'hale/sim';
import { judgeScenarioTree } from 'hale/sim';
import type { ConfigFault, LoadOptions } from '../config/index.ts';
import { loadTree } from '../config/index.ts';

/** A scenario, or every fault that kept it from being one (then at least one), in the order of the file. */
export type LoadedScenario =
  | { readonly scenario: Scenario; readonly faults: readonly [] }
  | { readonly scenario: undefined; readonly faults: readonly ConfigFault[] };

/** A trace of a million requests belongs in a program, not in a file that people read. */
export const MOST_BYTES = 1_048_576;

/** Throws nothing for any text. `${NAME}` is looked up in `env`, as in a configuration. */
export function loadScenario(text: string, options: LoadOptions): LoadedScenario {
  if (Buffer.byteLength(text) > MOST_BYTES) {
    const place = { file: options.file, line: 1, column: 1, path: 'document' };
    return { scenario: undefined, faults: [{ ...place, expected: 'at most 1 MiB', received: 'more' }] };
  }
  const { value, faults } = loadTree(text, options, (tree) => {
    const { scenario, findings } = judgeScenarioTree(tree);
    return scenario ? { value: scenario } : { findings };
  });
  return value ? { scenario: value, faults: [] } : { scenario: undefined, faults };
}
