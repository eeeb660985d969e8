// Round robin without health: one after the other, whatever happens. What most things do before anybody thinks of it.

import type { PolicyEntry } from '../policy.ts';

export const roundRobin: PolicyEntry = {
  name: 'round-robin',
  doc: 'one after the other, without health',
  source: 'folklore; nginx without max_fails',
  make({ scenario }) {
    const { instances } = scenario.fleet;
    let next = 0;
    return {
      pick({ tried }) {
        // Where everybody was tried, the order decides alone.
        for (let looks = 0; looks < instances && tried.includes(next); looks++) next = (next + 1) % instances;
        const instance = next;
        next = (next + 1) % instances;
        return { instance, ended: () => {} };
      },
    };
  },
};
