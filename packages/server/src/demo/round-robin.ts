// Everyone in turn, whatever happened: what most load balancers do before they are told more.

import type { Policy } from './policy.ts';
import { nextInTurn } from './policy.ts';

export function roundRobin(ids: readonly string[]): Policy {
  let last = -1;
  return {
    name: 'round robin',
    pick(tried) {
      const next = nextInTurn(ids, last, (id) => !tried.includes(id));
      if (next) last = next[1];
      return next?.[0];
    },
    succeeded() {},
    failed() {},
  };
}
