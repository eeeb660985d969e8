// How the tables of wrong scenarios are read.

import { judgeScenario } from './judge.ts';

/** `path: expected; received` of every fault. */
export function faultsOf(value: unknown): string[] {
  return judgeScenario(value).faults.map(({ path, expected, received }) => `${path}: ${expected}; ${received}`);
}
