// One outcome -> one line of JSON, and nothing else: no file, no clock.
//
// Written by hand and not by JSON.stringify of the whole: the keys are always the same, the numbers need no escaping, and
// the names (which others choose, and which may hold anything) repeat, so their quoted form is kept. Times are rounded to
// microseconds: more digits than a clock has would be noise that fills the disk.

import type { RecordedOutcome } from './recorded-outcome.ts';

/** The first line of every file; whoever reads one knows by it what the rest is. */
export const HEADER = '{"hale":"record","version":1}\n';

/** Names whose quoted form is kept. Beyond that all are forgotten at once: so many are a flood, and no fleet. */
const MOST_NAMES = 10_000;
/** No name that the engine knows is longer; a longer one is quoted each time. */
const LONGEST_KEPT = 256;
const KINDS: readonly string[] = ['success', 'failure', 'ignored'];

export class LineFormat {
  readonly #quoted = new Map<string, string>();

  /** One line with its line feed. Throws when it is given no outcome. */
  line({ time, service, instance, outcome, cause, latencyMs, source }: RecordedOutcome): string {
    if (!KINDS.includes(outcome)) throw new TypeError('no outcome');
    let text = `{"time":${rounded(time)},"service":${this.#quote(service)},"instance":${this.#quote(instance)},"outcome":${this.#quote(outcome)}`;
    if (outcome === 'failure') text += `,"cause":${this.#quote(cause ?? 'other')}`;
    if (latencyMs !== undefined && latencyMs >= 0 && latencyMs < LONGEST_MS)
      text += `,"latencyMs":${rounded(latencyMs)}`;
    return `${text},"source":${this.#quote(source)}}\n`;
  }

  #quote(name: string): string {
    const known = this.#quoted.get(name);
    if (known !== undefined) return known;
    // Lone surrogates are escaped too, so that every line is well-formed UTF-8.
    const quoted = JSON.stringify(String(name));
    if (name.length > LONGEST_KEPT) return quoted;
    if (this.#quoted.size >= MOST_NAMES) this.#quoted.clear();
    this.#quoted.set(name, quoted);
    return quoted;
  }
}

/** Eleven days: nobody measured more, and a larger number could not be multiplied. */
const LONGEST_MS = 1e9;

// NaN and Infinity are no JSON.
function rounded(value: number): string {
  return String(Number.isFinite(value) ? Math.round(value * 1000) / 1000 : 0);
}
