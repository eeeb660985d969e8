// Reading the options of a ready check: every fault at once, by its path, before any check runs.

import { parseDuration } from '../../core/kernel/index.ts';
import type { Fault } from '../../core/model/index.ts';
import { ConfigError, describe } from '../../core/model/index.ts';

export class OptionReader {
  readonly #options: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #faults: Fault[] = [];

  /** `known` are the keys that exist; any other is a fault. `path` stands before each key in a fault's path. */
  constructor(options: unknown, path: string, known: readonly string[]) {
    this.#path = path;
    const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
    this.#options = isObject ? (options as Record<string, unknown>) : {};
    if (!isObject && options !== undefined)
      this.#faults.push({ path: path || 'options', expected: 'an object', received: describe(options) });
    for (const key of Object.keys(this.#options)) {
      if (!known.includes(key)) this.fault(key, `one of ${known.join(', ')}`, 'an unknown option');
    }
  }

  /** The value of `key` if `accepts` turns it into something; undefined when absent or wrong, the latter with a fault. */
  read<T>(key: string, expected: string, accepts: (value: unknown) => T | undefined): T | undefined {
    const value = Object.hasOwn(this.#options, key) ? this.#options[key] : undefined;
    if (value === undefined) return undefined;
    const accepted = accepts(value);
    if (accepted === undefined) this.fault(key, expected, describe(value));
    return accepted;
  }

  port(): number | undefined {
    return this.read('port', 'a whole number from 1 to 65535', (value) =>
      Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535 ? (value as number) : undefined,
    );
  }

  timeoutMs(): number | undefined {
    return this.read('timeout', "a duration from 1ms to 10m such as '1s'", (value) => {
      const ms = typeof value === 'string' ? parseDuration(value) : value;
      return typeof ms === 'number' && ms >= 1 && ms <= 600_000 ? ms : undefined;
    });
  }

  fault(key: string, expected: string, received: string): void {
    this.#faults.push({ path: this.#path ? `${this.#path}.${key}` : key, expected, received });
  }

  /** Throws `ConfigError` with all faults, if there are any. */
  finish(): void {
    if (this.#faults.length > 0) throw new ConfigError(this.#faults);
  }
}

/** A text of printable characters, none of which could end a line of a request. */
export function plainText(least: number, most: number): (value: unknown) => string | undefined {
  return (value) =>
    typeof value === 'string' && value.length >= least && value.length <= most && !/\p{Cc}/u.test(value)
      ? value
      : undefined;
}

/** A signal of its own for a check's own time-out beside the one that whoever runs it has. */
export function withTimeout(signal: AbortSignal, timeoutMs: number | undefined): AbortSignal {
  return timeoutMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
}
