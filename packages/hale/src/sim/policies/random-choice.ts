// Random choice without health: what all regrets are measured in. Nothing that a policy can know is in it.

import type { PolicyEntry } from '../policy.ts';

export const randomChoice: PolicyEntry = {
  name: 'random',
  doc: 'any instance, without health; the unit of regret',
  source: 'folklore',
  make({ scenario, random }) {
    const { instances } = scenario.fleet;
    // One grant for all: it holds nothing, and the loop around it is what the simulator's own cost is measured by.
    const grant = { instance: 0, ended: (): void => {} };
    return {
      pick({ tried }) {
        do grant.instance = (random() * instances) | 0;
        while (tried.length < instances && tried.includes(grant.instance));
        return grant;
      },
    };
  },
};
