// Durations at the border: '30s', '1.5m', or a number of milliseconds. Inside, every duration is a number and its name
// ends in Ms.

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a text such as `'250ms'`, `'30s'`, `'5m'`, `'1h'`, `'4d'`; undefined when it is not one. */
export function parseDuration(text: string): number | undefined {
  // At most 20 digits: nobody means more, and a long string must not cost time.
  const match = /^(\d{1,16}(?:\.\d{1,4})?)(ms|s|m|h|d)$/.exec(text);
  return match ? Number(match[1]) * UNITS[match[2]] : undefined;
}

/** The shortest text for a number of milliseconds: 300000 -> '5m', 1500 -> '1.5s', 12.3 -> '12ms'. */
export function formatDuration(ms: number): string {
  for (const [unit, size] of [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1000]] as const) {
    if (ms >= size) return `${Math.round((ms / size) * 10) / 10}${unit}`;
  }
  return `${Math.round(ms)}ms`;
}
