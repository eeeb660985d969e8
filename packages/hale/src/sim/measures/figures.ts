// What is measured of one run, and the cost that sums it up.
//
//   cost   = lost % + mean of min(1, latency / 1 s) in % + .05 x extra % + .02 per second, at most 30, until a healed
//            instance has 70 % of its share again
//   regret = cost - the oracle's cost on the same requests
//
// So a request that is answered a second late is as bad as a lost one, twenty repetitions are as bad as a lost request,
// and capacity that lies idle is bad too, but not very.

/** Ratios are [0,1]; times are ms. */
export interface Figures {
  /** Requests that are judged: no poison, none before `judgedFromMs`. */
  readonly requests: number;
  /** Share of them that got no good answer, and how many that is. */
  readonly lost: number;
  readonly lostRequests: number;
  /** The same share among those that came at least 1 s after `judgedFromMs`. */
  readonly lostLater: number;
  /** Mean of min(1, latency / 1 s) over good answers. */
  readonly slow: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /** Attempts beyond the first, as a share of the requests. */
  readonly extra: number;
  /** From the fault until the instance has less than 30 % of its fair share; undefined: not watched, or never. */
  readonly detectMs: number | undefined;
  /** From its end until the instance has 70 % of its fair share again, at most 30 s; undefined: it does not end. */
  readonly restoreMs: number | undefined;
  /** Instances taken out of rotation for what they showed. */
  readonly ejections: number;
  /** Those of them that had no fault then, nor in the 10 s before. */
  readonly wrongful: number;
  /** Those that the same balancer had ejected before. */
  readonly flaps: number;
  /** Those that a mere run of failures ejected, whatever the fleet did. */
  readonly runs: number;
}

/** In points: one is one percent of the requests lost. */
export function cost({ lost, slow, extra, restoreMs = 0 }: Figures): number {
  return 100 * lost + 100 * slow + 5 * extra + (0.02 * restoreMs) / 1000;
}
