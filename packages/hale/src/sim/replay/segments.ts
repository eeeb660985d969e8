// A sequence -> stretches within which it behaves alike ("bottom-up segmentation", Keogh et al. 2001, "An online algorithm
// for segmenting time series").
//
// The obvious way, windows of a second, mixes what came before a fault with what came after, and drowns the five requests
// that a balancer sent to a crashed instance in the twenty good ones before. So every event begins as a stretch of its own,
// and the two neighbours that differ least are joined until joining any two would lose more log-likelihood than `penalty`:
// cuts stay where the behaviour changed, whether that was ten requests or ten minutes ago.
//
// Where it fails: a slow drift comes out as a few steps, and two changes closer than their evidence is clear as one.

/** Passes of one level; more is an order of losses that joins one pair for each pass. */
const MOST_PASSES = 200;
/** Joins are cheap ones first, at levels that double up to the penalty. */
const LEVELS = 10;

export interface Rows {
  /** `width` numbers for each block, which add up when blocks are joined. They are added up in place. */
  readonly sums: Float64Array;
  readonly width: number;
  /** Minus the log-likelihood of the block whose sums begin at `at`, up to what joining does not change. */
  cost(sums: Float64Array, at: number): number;
}

/**
 * What a cut must gain, in nats: log n for its place and log n / 2 for what is different behind it, as in BIC, and e^2
 * against chance. Two refused connections in a row among 1,500 good answers are a stretch, two among 100 are not.
 */
export function cutPenalty(events: number): number {
  return 2 + 1.5 * Math.log(Math.max(1, events));
}

/** The first block of each stretch, ascending; `sums` then holds the stretch's at that block. */
export function stretchesOf({ sums, width, cost }: Rows, penalty: number): number[] {
  const count = sums.length / width;
  const next = Int32Array.from({ length: count }, (_, block) => block + 1);
  const costs = Float64Array.from({ length: count }, (_, block) => cost(sums, block * width));
  const joined = new Float64Array(width);
  /** What is lost by joining a block with the one behind it. */
  const lossAt = (block: number): number => {
    const after = next[block];
    if (after >= count) return Infinity;
    for (let one = 0; one < width; one++) joined[one] = sums[block * width + one] + sums[after * width + one];
    return cost(joined, 0) - costs[block] - costs[after];
  };
  const loss = Float64Array.from({ length: count }, (_, block) => lossAt(block));
  const join = (block: number): void => {
    const after = next[block];
    for (let one = 0; one < width; one++) sums[block * width + one] += sums[after * width + one];
    costs[block] = cost(sums, block * width);
    next[block] = next[after];
    loss[block] = lossAt(block);
  };
  const pass = (level: number): boolean => {
    let didJoin = false;
    let before = -1;
    for (let block = 0; block < count; block = next[block]) {
      const own = loss[block];
      const isLeast =
        own <= (before < 0 ? Infinity : loss[before]) && (next[block] >= count || own <= loss[next[block]]);
      if (own <= level && isLeast) {
        join(block);
        if (before >= 0) loss[before] = lossAt(before);
        didJoin = true;
      }
      before = block;
    }
    return didJoin;
  };
  for (let level = LEVELS - 1; level >= 0; level--)
    for (let passes = 0; passes < MOST_PASSES && pass(penalty / 2 ** level); passes++);
  const firsts: number[] = [];
  for (let block = 0; block < count; block = next[block]) firsts.push(block);
  return firsts;
}
