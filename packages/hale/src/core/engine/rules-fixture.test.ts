// What provokes each rule against instance `a` of four. No tests of its own.

import type { RuleName } from '../model/settings.ts';
import type { Rig } from './engine-fixture.test.ts';

export const CircuitEvents: readonly (readonly [RuleName, (rig: Rig) => void])[] = [
  ['suspicion', (rig) => rig.fail('a', 8)],
  ['run', (rig) => rig.fail('a', 8)],
  [
    'checks',
    (rig) => {
      for (let i = 0; i < 4; i++) rig.check('a', false);
    },
  ],
  ['threshold', (rig) => rig.fail('a', 4)],
  ['overload', (rig) => rig.engine.recordFailure('a', 'overload', { retryAfterMs: 5000 }, rig.now)],
];
