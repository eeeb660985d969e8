// What is in flight at each instance, for policies that go by it, and a draw of one that was not tried.

import type { Random } from '../../core/kernel/index.ts';
import type { Grant } from '../policy.ts';

/** A grant that counts one in flight until it ends. */
export function hold(inFlight: Int32Array, instance: number): Grant {
  inFlight[instance]++;
  return {
    instance,
    ended() {
      inFlight[instance]--;
    },
  };
}

/** Any instance that is not among `not`; when all are, any. */
export function drawOther(instances: number, not: readonly number[], random: Random): number {
  for (;;) {
    const at = Math.floor(random() * instances);
    if (not.length >= instances || !not.includes(at)) return at;
  }
}
