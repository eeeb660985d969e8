// How long the work of one request takes: lognormal, as service times of real servers mostly are (a long right tail, no
// negative values), with the mean that was asked for.

import type { Random } from '../core/kernel/index.ts';

/**
 * A draw whose mean is `mean` (>= 0, any unit). `sigma` is the standard deviation of its logarithm: 0 is constant, .5 puts
 * the 99th percentile at 2.8 times the mean, 1 at 6.2 times. exp(N(mu, sigma)) has the mean exp(mu + sigma^2/2); Box-Muller for the normal.
 */
export function lognormal(mean: number, sigma: number, random: Random): number {
  if (sigma === 0) return mean;
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return mean * Math.exp(sigma * normal - (sigma * sigma) / 2);
}
