import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { naiveRule } from './naive-rule.ts';
import type { Policy } from './policy.ts';
import { roundRobin } from './round-robin.ts';

const IDS = ['a', 'b', 'c'];
const picks = (policy: Policy, count: number, now = 0): string =>
  Array.from({ length: count }, () => policy.pick([], now) ?? '-').join('');

function failAll(policy: Policy, id: string, times: number, now = 0): void {
  for (let time = 0; time < times; time++) policy.failed(id, now);
}

describe('round robin', () => {
  it('gives everyone a turn, whatever they did with the last', () => {
    const policy = roundRobin(IDS);
    failAll(policy, 'b', 100);
    assert.equal(picks(policy, 7), 'abcabca');
  });

  it('does not pick what was tried, and nothing when all were', () => {
    const policy = roundRobin(IDS);
    assert.equal(policy.pick(['a'], 0), 'b');
    assert.equal(policy.pick(['c'], 0), 'a');
    assert.equal(policy.pick(IDS, 0), undefined);
  });
});

describe('the naive rule', () => {
  it('takes an instance out at the fifth error in a row, not at the fourth', () => {
    const policy = naiveRule(IDS, 1000);
    failAll(policy, 'b', 4);
    assert.equal(picks(policy, 3), 'abc');
    policy.failed('b', 0);
    assert.equal(picks(policy, 4), 'acac');
  });

  it('begins to count again with each success', () => {
    const policy = naiveRule(IDS, 1000);
    for (let time = 0; time < 20; time++) {
      failAll(policy, 'b', 1);
      policy.succeeded('b', 0);
    }
    assert.equal(picks(policy, 3), 'abc');
  });

  it('tries it again after the window, with everyone at once, and closes when the score has recovered', () => {
    const policy = naiveRule(IDS, 1000);
    failAll(policy, 'b', 5);
    assert.equal(picks(policy, 2, 999), 'ac');
    assert.equal(picks(policy, 3, 1000), 'abc');
    for (let time = 0; time < 3; time++) policy.succeeded('b', 1000);
    failAll(policy, 'b', 3, 1000); // closed again: three errors, to a score of 0.5, are not enough
    assert.equal(picks(policy, 3, 1000), 'abc');
    policy.failed('b', 1000);
    assert.equal(picks(policy, 3, 1000), 'aca');
  });

  it('takes it out again at the first error while it is tried', () => {
    const policy = naiveRule(IDS, 1000);
    failAll(policy, 'b', 5);
    assert.equal(picks(policy, 3, 1000), 'abc');
    policy.failed('b', 1000);
    assert.equal(picks(policy, 2, 1999), 'ac');
  });

  it('refuses when nobody is healthy', () => {
    const policy = naiveRule(IDS, 1000);
    for (const id of IDS) failAll(policy, id, 5);
    assert.equal(policy.pick([], 500), undefined);
  });
});
