// A row that shows hale beside others: share lost and regret, and when a healed instance had its share again.

import type { Row, Sample } from './claim.ts';
import { column, mean, short } from './claim.ts';

/** From `<scenario> <policy> lost` and `cost`, and `restoreMs` where there is one; 'oracle' among them. */
export function beside(samples: readonly Sample[], scenario: string, others: readonly string[]): Row {
  const lost = (name: string): string => `${short(100 * mean(column(samples, `${scenario} ${name} lost`)))} %`;
  const regret = (name: string): number =>
    mean(samples.map((sample) => sample[`${scenario} ${name} cost`] - sample[`${scenario} oracle cost`]));
  const restored = (name: string): string => {
    const ms = mean(column(samples, `${scenario} ${name} restoreMs`));
    return Number.isNaN(ms) ? '' : `, back ${(ms / 1000).toFixed(1)} s`;
  };
  const one = (name: string): string => `${name} ${lost(name)}, regret ${short(regret(name))}${restored(name)}`;
  const best = others.filter((name) => name !== 'random').toSorted((a, b) => regret(a) - regret(b))[0];
  const shown = ['hale', best, ...(others.includes('random') ? ['random'] : [])].map(one);
  return {
    claim: `${scenario}: lost and regret`,
    measured: `${shown.join('; ')}; oracle ${lost('oracle')}${restored('oracle')}`,
    asked: '',
  };
}
