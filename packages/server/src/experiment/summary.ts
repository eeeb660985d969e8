// One row as a program reads it: means and the margins of their 95 % intervals. Ratios are [0,1], times ms.

import type { Estimate, Figures, Row } from 'hale/sim';
import { estimate } from 'hale/sim';

export type Summary = Omit<Row, 'figures' | 'normalised'> & {
  /** Null where random choice regrets nothing, so that there is no unit. */
  readonly normalised: number | null;
  /** By the name of the figure; null where some run has none (never detected, never restored, nothing watched). */
  readonly figures: Readonly<Record<keyof Figures, Estimate | null>>;
};

export function summaryOf({ figures, normalised, ...row }: Row): Summary {
  const names = Object.keys(figures[0]) as (keyof Figures)[];
  const estimates = names.map((name) => {
    const values = figures.map((one) => one[name]);
    return [name, values.includes(undefined) ? null : estimate(values as number[])] as const;
  });
  return {
    ...row,
    normalised: Number.isFinite(normalised) ? normalised : null,
    figures: Object.fromEntries(estimates) as Summary['figures'],
  };
}
