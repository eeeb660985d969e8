// Durations at the border: '30s', '1.5m', or a number of milliseconds. Inside, every duration is a number and its name
// ends in Ms.

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a text such as `'250ms'`, `'30s'`, `'5m'`, `'1h'`, `'4d'`; undefined when it is not one. */
export function parseDuration(text: string): number | undefined {
  // At most 20 digits: nobody means more, and a long string must not cost time.
  const match = /^(\d{1,16}(?:\.\d{1,4})?)(ms|s|m|h|d)$/.exec(text);
  return match ? Number(match[1]) * UNITS[match[2]] : undefined;
}

/** A short text for a number of milliseconds: 300000 -> '5m', 1500 -> '1.5s', 12.3 -> '12ms'; '?' for what is none. */
export function formatDuration(ms: number): string {
  if (!(ms >= 0 && ms < Infinity)) return '?';
  let text = `${Math.round(ms)}ms`;
  // A unit is left when its rounded number reaches the next one: 59.99 s is '1m' and not '60s'.
  for (let i = 1, rounded = Math.round(ms); i < SIZES.length && rounded >= SIZES[i][1]; i++) {
    const [unit, size] = SIZES[i];
    const count = Math.round((ms / size) * 10) / 10;
    text = `${count}${unit}`;
    rounded = count * size;
  }
  return text;
}

const SIZES: readonly (readonly [string, number])[] = Object.entries(UNITS);
