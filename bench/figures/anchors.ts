// Three policies between which hale is to be read: two that know nothing of health, and one that knows all of it.

import type { ScriptLine } from 'hale/testing';
import { faultsAt } from 'hale/testing';
import type { Grant, Policy, Surroundings } from './policy.ts';
import { ordinaryRetries } from './policy.ts';

/** One after the other, whatever happens. A repetition goes to the next that was not tried. */
export function roundRobin(surroundings: Surroundings): Policy {
  const { instances } = surroundings.scenario;
  let next = 0;
  return {
    retries: ordinaryRetries(surroundings),
    pick({ tried }) {
      while (tried.includes(next)) next = (next + 1) % instances;
      const instance = next;
      next = (next + 1) % instances;
      return { instance, ended: () => {} };
    },
  };
}

/** The less busy of two that were drawn: what fails fast is never busy, and attracts traffic. */
export function leastLoaded(surroundings: Surroundings): Policy {
  const { scenario, random } = surroundings;
  const inFlight = new Int32Array(scenario.instances);
  const draw = (not: readonly number[]): number => {
    for (;;) {
      const at = Math.floor(random() * scenario.instances);
      if (!not.includes(at)) return at;
    }
  };
  return {
    retries: ordinaryRetries(surroundings),
    pick({ tried }) {
      const first = draw(tried);
      const second = draw([...tried, first]);
      return holdOne(inFlight, inFlight[second] < inFlight[first] ? second : first);
    },
  };
}

/**
 * The oracle: knows each instance's present fault, and takes the least busy of those with the best chance of an answer.
 * Greedy, so it can be beaten: it neither foresees a fault nor spares what will soon be needed.
 */
export function oracle(surroundings: Surroundings): Policy {
  const { scenario, random } = surroundings;
  const inFlight = new Int32Array(scenario.instances);
  return {
    retries: ordinaryRetries(surroundings),
    pick({ now, tried }) {
      let best = -1;
      let bestLoss = Infinity;
      // From a random start, or the first of those that are equally good would do all of the work.
      const start = Math.floor(random() * scenario.instances);
      for (let look = 0; look < scenario.instances; look++) {
        const at = (start + look) % scenario.instances;
        if (tried.includes(at)) continue;
        const loss = lossOf(faultsAt(scenario.script, String(at), now).map(({ fault }) => fault));
        if (loss < bestLoss || (loss === bestLoss && inFlight[at] < inFlight[best])) {
          best = at;
          bestLoss = loss;
        }
      }
      return holdOne(inFlight, best);
    },
  };
}

// The share of its requests that an instance with these faults will lose. Broken connections come at a moment and cannot
// be told from outside before it; poison is the request's.
function lossOf(faults: readonly ScriptLine['fault'][]): number {
  let loss = 0;
  for (const fault of faults) {
    if (fault.name === 'refuse' || fault.name === 'blackhole' || fault.name === 'sinkhole') loss = 1;
    else if (fault.name === 'brownout') loss = Math.max(loss, fault.share);
  }
  return loss;
}

function holdOne(inFlight: Int32Array, instance: number): Grant {
  inFlight[instance]++;
  return {
    instance,
    ended() {
      inFlight[instance]--;
    },
  };
}
