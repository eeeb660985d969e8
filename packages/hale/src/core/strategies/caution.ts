// Why strategies that count requests must look at the score: the black hole.
//
// An instance that refuses at once has nothing in flight, so it looks like the least loaded and draws all traffic until
// its circuit opens. Dividing its cost by a high power of the score turns each failure into a queue that is not there:
// with the defaults the first failure takes .1 off the score (.17 when little is known), a factor of 2.3 (4.3); the
// second 6, the fourth 60. Differences of a score that are noise, .97 for 1, stay inside the tie band.

/** Factor on the cost of an instance with this score in [0,1]: 1 at 1, 256 at .5. Finite at 0. */
export function caution(score: number): number {
  // A score of 0 is not eligible, but a view may be made by hand.
  const squared = Math.max(score * score, 1e-6);
  const fourth = squared * squared;
  return 1 / (fourth * fourth);
}
