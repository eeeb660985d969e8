// The numbers that experiments chose and that no user needs to turn. One object, passed in, so that the simulator can vary
// them; docs/how-it-decides.md explains each with what its extremes do.

export interface Tuning {
  /** tau: how long evidence lasts when outcomes are rare, in ms. */
  readonly evidenceMs: number;
  /** w: how many outcomes per instance evidence lasts when they are frequent. */
  readonly evidenceCount: number;
  /** m: optimistic outcomes that stand in for the unknown. */
  readonly prior: number;
  /** Failure rate that is always forgiven, and the excess over the fleet that the test looks for. */
  readonly floor: number;
  readonly delta: number;
  /** u: suspicion of one failure on a clean fleet, in natural units; suspicion is counted in it. */
  readonly cleanFailure: number;
  /** What one good outcome takes off the suspicion (negative), in clean failures. */
  readonly goodOutcome: number;
  /** C and Cr: price of an expected failure, for requests that cannot and that can be sent again. */
  readonly failureCost: number;
  readonly replayableFailureCost: number;
  /**
   * The same for a request that can be sent again, where two idle instances are compared: with nothing in flight a scout
   * costs only its own retry, and nobody else would ever ask a healed instance.
   */
  readonly scoutFailureCost: number;
  /** Above this failure rate of everybody, failures are nobody's. */
  readonly commonFault: number;
  /** lw and ltau: least weight of a latency sample, and how fast an idle estimate returns to the median. */
  readonly latencyWeight: number;
  readonly latencyMs: number;
  /** How far the running median moves at each sample. */
  readonly medianStep: number;
  /** Failures of requests granted before the last counted failure, within this time, are one event. */
  readonly burstMs: number;
  /** Trust of a new instance, of one that has passed its trials, its growth per good outcome, its least value. */
  readonly firstTrust: number;
  readonly restoredTrust: number;
  readonly trustGrowth: number;
  readonly leastTrust: number;
  /** Early trials: so many failure latencies after the trip, at least 1 s and at most 8 s doubling with the level. */
  readonly safeLatencies: number;
  readonly safeFirstMs: number;
  readonly safeLongestMs: number;
  /** One early trial in so many requests of the service costs little enough, whatever the level; so many for each instance out. */
  readonly safePicks: number;
  /** How long a failing check may delay a blind trial, in recovery windows. */
  readonly heedWindows: number;
  /** Non-closed instances that a pick looks at, and the most that a panic or a fallback looks at. */
  readonly scan: number;
  readonly lookAround: number;
  /** A tier is dear when its best price is above this multiple of the typical one; another is then asked. */
  readonly spill: number;
  /** Weight of a pick in the typical price. */
  readonly typicalWeight: number;
}

const floor = 0.01;
const delta = 0.1;
/** ln(1 + delta (1 - floor) / floor) = 2.389: the log-likelihood ratio of a failure when 1 % is normal. */
const cleanFailure = Math.log(1 + (delta * (1 - floor)) / floor);

export const TUNING: Tuning = Object.freeze({
  evidenceMs: 10_000,
  evidenceCount: 50,
  prior: 5,
  floor,
  delta,
  cleanFailure,
  goodOutcome: Math.log(1 - delta) / cleanFailure,
  failureCost: 100,
  replayableFailureCost: 20,
  scoutFailureCost: 10,
  commonFault: 0.8,
  latencyWeight: 0.05,
  latencyMs: 10_000,
  medianStep: 0.02,
  burstMs: 100,
  firstTrust: 0.1,
  restoredTrust: 0.2,
  trustGrowth: 1.1,
  leastTrust: 0.05,
  safeLatencies: 50,
  safeFirstMs: 1000,
  safeLongestMs: 8000,
  safePicks: 200,
  heedWindows: 4,
  scan: 8,
  lookAround: 64,
  spill: 2,
  typicalWeight: 0.02,
});

/** Suspicion counts as reached this close below the threshold: the sums are Float32, and five times 1 may be 4.9999995. */
export const SUSPICION_SLACK = 1e-4;
