// The two doors: a file's text, and a program's object.

import { ConfigError } from 'hale/engine';
import type { Config } from './config.ts';
import type { ConfigFault } from './fault.ts';
import { formatPath, render, valueAt } from './fault.ts';
import type { ConfigInput } from './input.ts';
import { judge } from './judge.ts';
import type { LoadOptions } from './load-tree.ts';
import { loadTree } from './load-tree.ts';

/** A configuration, or every fault that kept it from being one (then at least one), in the order of the file. */
export type Loaded =
  | { readonly config: Config; readonly faults: readonly [] }
  | { readonly config: undefined; readonly faults: readonly ConfigFault[] };

/** Reads the text of a YAML file. Throws nothing for any text. */
export function loadConfig(text: string, options: LoadOptions): Loaded {
  const { value, faults } = loadTree(text, options, (tree) => {
    const judgement = judge(tree);
    return 'config' in judgement ? { value: judgement.config } : judgement;
  });
  return value ? { config: value, faults: [] } : { config: undefined, faults };
}

/**
 * Reads the same tree given as an object, durations as text. There is no environment in it: a program has its own.
 * @throws {ConfigError} with all faults.
 */
export function readConfig(input: ConfigInput): Config {
  const judgement = judge(input);
  if ('config' in judgement) return judgement.config;
  throw new ConfigError(
    judgement.findings.map(({ path, expected, received }) => ({
      path: formatPath(path),
      expected,
      received: received ?? render(valueAt(input, path)),
    })),
  );
}
