// How the tables of wrong configurations are tried.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFault } from './fault.ts';
import { loadConfig } from './load.ts';

/** A text that is wrong, and every fault in it, in its order: `line:column path: expected ..., received ...`. */
export type WrongFile = readonly [name: string, text: string, ...faults: string[]];

/** One test for each: exactly these faults, and no configuration. */
export function testRefusals(cases: readonly WrongFile[]): void {
  for (const [name, text, ...faults] of cases) {
    test(`a configuration with ${name} is refused where it is wrong`, () => {
      const loaded = loadConfig(text, { file: 'hale.yaml', env: {} });
      assert.deepEqual(
        loaded.faults.map(formatFault),
        faults.map((fault) => `hale.yaml:${fault}`),
      );
      assert.equal(loaded.config, undefined);
    });
  }
}
