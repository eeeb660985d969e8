// Each fault of the catalogue is judged by its own parameters, in both spellings; none can be forgotten.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fault, Parameter } from '../../faults/index.ts';
import { CATALOGUE, FAULTS, PARAMETERS } from '../../faults/index.ts';
import { judgeScenario, judgeScenarioTree } from './judge.ts';

const around = (fault: unknown): object => ({ name: 'a', script: [{ at: 0, instance: '0', fault }] });

test('the table of parameters has every fault of the catalogue, and no other', () => {
  assert.deepEqual(Object.keys(PARAMETERS), Object.keys(CATALOGUE));
});

for (const fault of FAULTS) {
  const parameters = Object.entries<Parameter>(PARAMETERS[fault.name]);
  describe(`the fault ${fault.name}`, () => {
    test('comes through as it was written', () => {
      assert.deepEqual(judgeScenario(around(fault)).scenario?.script[0].fault, fault);
      assert.deepEqual(judgeScenarioTree(around(inFile(fault))).scenario?.script[0].fault, fault);
    });

    test('has no parameter in its example that the table does not know', () => {
      const known = ['name', ...parameters.map(([name]) => name)];
      assert.deepEqual(
        Object.keys(fault).filter((name) => !known.includes(name)),
        [],
      );
    });

    for (const [name, parameter] of parameters) {
      test(`is refused where ${name} is out of its range or of another kind`, () => {
        for (const value of wrongFor(parameter)) {
          const { faults } = judgeScenario(around({ ...fault, [name]: value }));
          assert.deepEqual(
            faults.map(({ path }) => path),
            [`script[0].fault.${name}`],
            String(value),
          );
        }
      });

      if (!('isOptional' in parameter))
        test(`is refused without ${name}`, () => {
          const { [name as 'name']: _, ...rest } = fault;
          const { findings } = judgeScenarioTree(around(inFile(rest as Fault)));
          assert.deepEqual(
            findings.map(({ path }) => path),
            [['script', 0, 'fault', name.replace(/Ms$/, '')]],
          );
        });
    }
  });
}

function inFile(fault: Fault): object {
  return Object.fromEntries(
    Object.entries(fault).map(([name, value]) =>
      name.endsWith('Ms') ? [name.slice(0, -2), `${String(value)}ms`] : [name, value],
    ),
  );
}

function wrongFor(parameter: Parameter): unknown[] {
  if (parameter.kind === 'choice') return ['', 'x', 1, null, parameter.choices];
  if (parameter.kind === 'text') return ['', ' ', 'x'.repeat(10_000), 'a\nb', 1, null];
  const { min, max, above, whole } = parameter;
  return [min - 1, max + 1, Number.NaN, '1', null, ...(above ? [min] : []), ...(whole ? [min + 0.5] : [])];
}
