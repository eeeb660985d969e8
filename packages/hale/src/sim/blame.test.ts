// Whose fault is it? Clients and routes that fail everywhere take nobody out and cost the others nothing; with the rule off
// they do, so the scenarios can tell. One seed each; bounds, not numbers.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../core/kernel/index.ts';
import type { PresetName } from '../core/model/index.ts';
import { measure } from './experiment.ts';
import type { Figures } from './measures/index.ts';
import { haleWith } from './policies/index.ts';
import { BLAME } from './scenarios/blame.ts';
import { drawKey } from './world/keys.ts';

function figures(name: string, preset: PresetName, isOn = true, seed = 7): Figures {
  const settings = isOn ? {} : { rules: { blame: 'observe' as const } };
  const scenario = BLAME.find((candidate) => candidate.name === name)!;
  return measure(scenario, haleWith('hale', 'with or without the rule', { preset, settings }), seed);
}

describe('blame on the request, simulated', () => {
  for (const name of ['poison-client-1', 'poison-client-20', 'poison-client-60', 'route-fails-everywhere'])
    test(`${name}: nobody is ejected and no good request is lost, by either preset`, () => {
      for (const preset of ['serving', 'specification'] as const) {
        const { lostRequests, ejections } = figures(name, preset);
        assert.deepEqual([preset, lostRequests, ejections], [preset, 0, 0]);
      }
    });

  test('poison-client-60: without the rule the specification’s letter takes everybody out', () => {
    const { lost, wrongful } = figures('poison-client-60', 'specification', false);
    assert.equal(wrongful, 8);
    assert.ok(lost > 0.5, `lost ${lost}`);
  });

  test('poison-hides-brownout: the instance that fails is found behind the client that does, and early', () => {
    const found = figures('poison-hides-brownout', 'serving');
    const hidden = figures('poison-hides-brownout', 'serving', false);
    assert.ok(found.lost < 0.001, `lost ${found.lost}`);
    assert.ok(hidden.lost > 2 * found.lost, `without the rule ${hidden.lost}`);
    assert.equal(found.wrongful, 0);
  });

  test('route-fails-at-one: the instance is left, and nothing is lost', () => {
    const { lostRequests, wrongful, detectMs } = figures('route-fails-at-one', 'serving');
    assert.deepEqual([lostRequests, wrongful], [0, 0]);
    assert.ok(detectMs! <= 2000, `noticed after ${detectMs} ms`);
  });
});

test('keys are drawn by their shares, and the rest from 200 callers alike', () => {
  const random = seededRandom('keys');
  const counts = new Map<string, number>();
  for (let at = 0; at < 20_000; at++) {
    const { key } = drawKey(
      [
        { key: 'a', share: 0.2 },
        { key: 'b', share: 0.05 },
      ],
      random,
    );
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  assert.ok(Math.abs(counts.get('a')! - 4000) < 250 && Math.abs(counts.get('b')! - 1000) < 150);
  assert.equal(counts.size, 202);
});
