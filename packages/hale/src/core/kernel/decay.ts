// Forgetting, without Math.exp on the request path.

/**
 * g(x) = 1 / (1 + x + x^2/2): 1 at 0, falls like e^-x at first and more slowly later (at x = 3: .118 for .050).
 * Used both with many small steps and with one long step; small steps multiply to e^-x, which is less than one long
 * step, so a difference of two sums that were faded differently can be negative by a rounding's worth: clip it at 0.
 * x is at least 0; Infinity gives 0.
 */
export function fade(x: number): number {
  return 1 / (1 + x + 0.5 * x * x);
}
