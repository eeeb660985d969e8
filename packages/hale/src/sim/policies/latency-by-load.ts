// What a Prequal instance answers a probe with: the median latency of its recent answers that began with about as many in
// flight as there are now. An idle instance is asked what it takes when idle, a busy one what it takes when busy.
//
// Kept by load, so that what it took when it was busy is not held against it once it is idle: with one list for all loads an
// instance that was overrun once looks slow, gets nothing, and so never shows otherwise. Kept for 5 s, for the same reason.
//
// Source: the Prequal paper, NSDI 2024, section 4 (load signals). It leaves open how many, how recent and how near; here:
// the last seven of 5 s, in loads of 0, 1 to 2, 3 to 6, 7 to 14 and so on, the nearest of them that has any.

const LOADS = 10;
const KEPT = 7;
const RECENT_MS = 5000;

export class LatencyByLoad {
  readonly #latencyMs = new Float64Array(LOADS * KEPT);
  readonly #at = new Float64Array(LOADS * KEPT).fill(-Infinity);
  readonly #added = new Int32Array(LOADS);

  add(inFlight: number, latencyMs: number, now: number): void {
    const load = loadOf(inFlight);
    const place = load * KEPT + (this.#added[load]++ % KEPT);
    this.#latencyMs[place] = latencyMs;
    this.#at[place] = now;
  }

  /** Undefined while nothing is known. */
  median(inFlight: number, now: number): number | undefined {
    const load = loadOf(inFlight);
    for (let away = 0; away < LOADS; away++) {
      const known = this.#recent(load - away, now) ?? this.#recent(load + away, now);
      if (known !== undefined) return known[known.length >> 1];
    }
    return undefined;
  }

  #recent(load: number, now: number): readonly number[] | undefined {
    if (load < 0 || load >= LOADS || this.#added[load] === 0) return undefined;
    const known: number[] = [];
    for (let place = load * KEPT; place < (load + 1) * KEPT; place++)
      if (now - this.#at[place] <= RECENT_MS) known.push(this.#latencyMs[place]);
    return known.length > 0 ? known.sort((a, b) => a - b) : undefined;
  }
}

function loadOf(inFlight: number): number {
  return Math.min(LOADS - 1, 31 - Math.clz32(inFlight + 1));
}
