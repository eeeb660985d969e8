// Power of two choices: the less busy of two that were drawn, without health. What fails fast is never busy, and attracts
// traffic; that is what it is here to show.

import { drawOther, hold } from './in-flight.ts';
import type { PolicyEntry } from '../policy.ts';

export const powerOfTwoChoices: PolicyEntry = {
  name: 'two-choices',
  doc: 'the less busy of two that were drawn, without health',
  source: 'Mitzenmacher 2001, "The power of two choices in randomized load balancing"',
  make({ scenario, random }) {
    const { instances } = scenario.fleet;
    const inFlight = new Int32Array(instances);
    return {
      pick({ tried }) {
        const first = drawOther(instances, tried, random);
        const second = drawOther(instances, instances - tried.length > 1 ? [...tried, first] : tried, random);
        return hold(inFlight, inFlight[second] < inFlight[first] ? second : first);
      },
    };
  },
};
