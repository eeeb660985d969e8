// Where time comes from. Every decision of the engine takes `now` as an argument; this contract is the one place that
// produces it, so that a test or the simulator can put virtual time in its stead.
//
// Monotonic, because a wall clock steps: an NTP correction of an hour would open or freeze circuits (seen in cockatiel,
// opossum and grpc-js, which read Date.now()).

export interface Clock {
  /** Milliseconds since some fixed moment, fractions allowed, never going back. */
  now(): number;
  /**
   * Calls `run` once after `delayMs` (0 to 2^31-1; more is cut to that) and returns a function that cancels it.
   * A `background` timer never keeps a process alive; one that a caller awaits must.
   */
  schedule(delayMs: number, run: () => void, options?: { readonly background?: boolean }): () => void;
}

/** The runtime's own monotonic clock: `performance.now()` and `setTimeout`, both in every JavaScript runtime. */
export const monotonicClock: Clock = {
  now: () => time.now(),
  schedule(delayMs, run, options) {
    // Beyond 2^31-1 Node fires at once, which would turn "in 30 days" into "now".
    const timer = setTimeout(run, Math.min(Math.max(0, delayMs), LONGEST_DELAY_MS));
    if (options?.background) letProcessEnd(timer);
    return () => clearTimeout(timer);
  },
};

// Read once: in Node the global is a getter, and calling it took as long as reading the clock.
const time = globalThis.performance;

const LONGEST_DELAY_MS = 2 ** 31 - 1;

// Node and Bun return an object with unref(); browsers and workers return a number and need nothing.
function letProcessEnd(timer: unknown): void {
  (timer as { unref?: () => void } | null)?.unref?.();
}
