// Peak-EWMA, the load that linkerd goes by: latency x (in flight + 1), where a slower answer is believed at once and a
// faster one only as time passes, and where the memory of an instance that nobody asks fades to nothing, so that it is
// tried again. It fails where an error is quick: the faster an instance fails, the less it seems to be loaded.
//
// Source: tower 0.5.3, tower/src/load/peak_ewma.rs, lines 137 (load) and 237 (update):
//   rtt = max(rtt, sample)                              when the sample is slower
//   rtt = rtt x d + sample x (1 - d), d = e^(-elapsed / decay)    otherwise
// A look is an update with a sample of 0.

export class PeakLatency {
  readonly #decayMs: number;
  #latencyMs: number;
  #updatedAt: number;
  #inFlight = 0;

  constructor(defaultMs: number, decayMs: number, now: number) {
    this.#latencyMs = defaultMs;
    this.#decayMs = decayMs;
    this.#updatedAt = now;
  }

  started(): void {
    this.#inFlight++;
  }

  /** However it ended: tower measures whatever comes back. */
  finished(latencyMs: number, now: number): void {
    this.#inFlight--;
    this.#update(latencyMs, now);
  }

  load(now: number): number {
    this.#update(0, now);
    return this.#latencyMs * (this.#inFlight + 1);
  }

  #update(sampleMs: number, now: number): void {
    if (this.#latencyMs < sampleMs) this.#latencyMs = sampleMs;
    else {
      const kept = Math.exp(-(now - this.#updatedAt) / this.#decayMs);
      this.#latencyMs = this.#latencyMs * kept + sampleMs * (1 - kept);
    }
    this.#updatedAt = now;
  }
}
