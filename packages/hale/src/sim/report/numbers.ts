// Numbers as people read them; the same on a terminal and on a page, whatever the locale.

/** 0.1234 -> `12.3 %`; a share that is not nothing never reads as nothing. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value === 0) return '0 %';
  if (value < 0.01) return '<0.01 %';
  return `${trim(value.toFixed(value < 1 ? 2 : 1))} %`;
}

/** 20400 -> `20.4 s`. */
export function seconds(ms: number): string {
  return `${trim((ms / 1000).toFixed(1))} s`;
}

/** 3.456 -> `3.5 ms`. */
export function milliseconds(ms: number): string {
  return `${ms < 10 ? trim(ms.toFixed(1)) : grouped(ms)} ms`;
}

/** 1234567 -> `1,234,567`. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** 12.30 -> `12.3`, 12.0 -> `12`. */
export function trim(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** The smallest of 1, 2, 2.5, 5 x 10^n that is not below the value; 1 for nothing. The end of an axis. */
export function niceCeiling(value: number): number {
  if (!(value > 0)) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  for (const step of [1, 2, 2.5, 5]) if (value <= step * unit * (1 + 1e-9)) return step * unit;
  return 10 * unit;
}
