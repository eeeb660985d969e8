// Telling what has happened. A fact is queued while a door is at work and told after it has returned, so that a listener
// never sees half a transition and may call any door itself. Listeners are isolated: what they throw becomes a counter.

import { Ring } from '../kernel/index.ts';
import type { Fact, FactListener, NewFact } from '../model/index.ts';

/** How many facts are kept for `facts(since)`. */
const KEPT = 1000;
/** A listener that causes a fact for each fact would never end; what is beyond this in one door is kept but not told. */
const LONGEST_TELLING = 10_000;

export class FactLog {
  readonly #ring = new Ring<Fact>(KEPT);
  readonly #listeners = new Set<FactListener>();
  readonly #counters = new Map<string, (sentence: string) => void>();
  #queue: Fact[] = [];
  #number = 0;
  #isTelling = false;

  /** Commits a fact. It is told by the next `tell`. */
  add(service: string, at: number, fact: NewFact): void {
    const numbered = { number: ++this.#number, at, service, ...fact } as Fact;
    this.#ring.push(numbered);
    if (this.#listeners.size > 0) this.#queue.push(numbered);
  }

  /** Facts still kept whose number is above `since`, oldest first. */
  since(since: number): Fact[] {
    return this.#ring.toArray().filter((fact) => fact.number > since);
  }

  subscribe(listener: FactListener): () => void {
    // A wrapper of its own, so that one function subscribed twice is told twice and leaves once.
    const entry: FactListener = (fact) => listener(fact);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  /** Where to count what listeners throw at the facts of a service: with the service, since it is shown there. */
  onThrown(service: string, count: (sentence: string) => void): void {
    this.#counters.set(service, count);
  }

  get hasNews(): boolean {
    return this.#queue.length > 0;
  }

  /** Called at the end of each door. A door that a listener calls leaves its facts to the telling under way. */
  tell(): void {
    if (this.#isTelling || this.#queue.length === 0) return;
    this.#isTelling = true;
    try {
      for (let told = 0; this.#queue.length > 0;) {
        const facts = this.#queue;
        this.#queue = [];
        for (const fact of facts) {
          if (++told > LONGEST_TELLING) return;
          for (const listener of this.#listeners) this.#tellOne(listener, fact);
        }
      }
    } finally {
      this.#queue = [];
      this.#isTelling = false;
    }
  }

  #tellOne(listener: FactListener, fact: Fact): void {
    try {
      const answer: unknown = listener(fact);
      // An async listener rejects later, and nobody awaits it: left alone, that would end the process.
      if (isThenable(answer)) answer.then(undefined, (error: unknown) => this.#count(fact, error));
    } catch (error) {
      this.#count(fact, error);
    }
  }

  #count(fact: Fact, error: unknown): void {
    this.#counters.get(fact.service)?.(
      `a listener threw ${describeThrown(error)} on fact ${fact.number} (${fact.type})`,
    );
  }
}

/** A thrown value in words, without trusting it: its own toString may throw too. */
export function describeThrown(error: unknown): string {
  try {
    return String(error).slice(0, 200);
  } catch {
    return 'something that cannot be printed';
  }
}

/** Has it a `then`? An answer that rejects, and that nobody awaits, would end the process. */
export function isThenable(
  value: unknown,
): value is { then(onValue: undefined, onError: (error: unknown) => void): unknown } {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
