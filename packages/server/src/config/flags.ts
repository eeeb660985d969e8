// `hale serve --listen ... --to ... --to ...`: the smallest configuration, one service without a file.

import type { ServiceInput } from './input.ts';
import { formatPath, render, valueAt } from './fault.ts';
import type { ConfigFault, Path } from './fault.ts';
import { judge } from './judge.ts';
import type { Loaded } from './load.ts';

export interface ServeFlags {
  readonly listen?: string | undefined;
  /** URLs of the instances. */
  readonly to: readonly string[];
}

/** The name of the one service. */
const FLAG_SERVICE = 'default';

/** The configuration that flags stand for. Its faults have no line, and their path is the flag. */
export function configFromFlags({ listen, to }: ServeFlags): Loaded {
  const service: ServiceInput = { instances: to.map((url) => ({ url })) };
  const tree = { ...(listen === undefined ? {} : { listen }), services: { [FLAG_SERVICE]: service } };
  const judgement = judge(tree);
  if ('config' in judgement) return { config: judgement.config, faults: [] };
  const faults = judgement.findings.map(({ path, expected, received }): ConfigFault => ({
    file: '',
    line: 0,
    column: 0,
    path: flagOf(path),
    expected: inFlags(expected),
    received: received ?? render(valueAt(tree, path)),
  }));
  return { config: undefined, faults };
}

function flagOf(path: Path): string {
  if (path[0] === 'listen') return '--listen';
  return path[2] === 'instances' ? '--to' : formatPath(path);
}

// A rule may speak of another place in the tree.
function inFlags(sentence: string): string {
  return sentence
    .replace(/another id than services\.default\.instances\[\d+\]/, 'each URL once')
    .replace(/^at least 1 entry$/, 'at least one URL');
}
