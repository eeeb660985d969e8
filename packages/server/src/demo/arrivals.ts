// The traffic: open-loop Poisson arrivals, the same for every policy by one seed. Open-loop, because a generator that
// waits for answers sends less to whoever is slow, and so hides the slowness that it should show.

import type { Random } from 'hale/testing';
import { seededRandom } from 'hale/testing';

export interface Arrival {
  /** Milliseconds from the start. */
  readonly at: number;
  readonly kind: 'get' | 'put' | 'poison';
}

/** One in two hundred requests is bad for every instance; one in seven writes. */
const POISON_SHARE = 0.005;
const PUT_SHARE = 0.15;

/** Arrivals in order, without end; `ratePerSecond` above 0. */
export function* arrivals(seed: number, ratePerSecond: number): Generator<Arrival, never> {
  const random: Random = seededRandom(`arrivals ${seed}`);
  for (let at = 0; ;) {
    at += (-Math.log(1 - random()) * 1000) / ratePerSecond;
    const draw = random();
    yield { at, kind: draw < POISON_SHARE ? 'poison' : draw < POISON_SHARE + PUT_SHARE ? 'put' : 'get' };
  }
}
