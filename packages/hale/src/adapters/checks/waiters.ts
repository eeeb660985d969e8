// Those who wait for an instance's next answer. One promise per instance, however many ask, so that their number is
// bounded by the membership; and while anyone waits, one timer that keeps the process alive, since all others are
// background ones.

import type { Clock } from '../../core/kernel/index.ts';

export class Waiters {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();
  #cancelKeepAlive: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Settles with the next `release` of this id. */
  wait(id: string): Promise<void> {
    const known = this.#waiting.get(id);
    if (known) return known.promise;
    const waiting = newWaiting();
    this.#waiting.set(id, waiting);
    // The longest timer there is; it goes with the last one who waits.
    this.#cancelKeepAlive ??= this.#clock.schedule(2 ** 31 - 1, () => {}, { background: false });
    return waiting.promise;
  }

  release(id: string, error?: Error): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    if (error) waiting.reject(error);
    else waiting.resolve();
    if (this.#waiting.size > 0) return;
    this.#cancelKeepAlive?.();
    this.#cancelKeepAlive = undefined;
  }

  rejectAll(error: Error): void {
    for (const id of this.#waiting.keys()) this.release(id, error);
  }
}

interface Waiting {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

// Promise.withResolvers is younger than the runtimes hale supports.
function newWaiting(): Waiting {
  let resolve!: () => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
