// The table of an experiment, for 80 columns: a line for each policy, means over the seeds.

import type { Figures, Row } from 'hale/sim';

const HEAD = ['policy', 'lost %', 'p99 ms', 'extra %', 'detect s', 'restore s', 'ejected', 'regret'];

/** Lines without their ends; `rows` are of one scenario, best first in what comes out. */
export function tableLines(rows: readonly Row[]): string[] {
  const sorted = rows.toSorted((a, b) => a.regret.mean - b.regret.mean);
  return aligned([HEAD, ...sorted.map(cells)]);
}

/** The same, with the first column to the left and the others to the right. */
function aligned(table: readonly (readonly string[])[]): string[] {
  const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)));
  return table.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  );
}

function cells({ policy, regret, figures }: Row): string[] {
  const mean = (of: (one: Figures) => number): number =>
    figures.reduce((sum, one) => sum + of(one), 0) / figures.length;
  return [
    policy,
    (100 * mean(({ lost }) => lost)).toFixed(2),
    mean(({ p99Ms }) => p99Ms).toFixed(0),
    (100 * mean(({ extra }) => extra)).toFixed(1),
    seconds(figures, ({ detectMs }) => detectMs),
    seconds(figures, ({ restoreMs }) => restoreMs),
    mean(({ ejections }) => ejections).toFixed(1),
    `${regret.mean.toFixed(2)}${Number.isFinite(regret.margin) ? ` ±${regret.margin.toFixed(2)}` : ''}`,
  ];
}

// "Never" in one run of three would make a mean of the other two look like an answer.
function seconds(figures: readonly Figures[], of: (one: Figures) => number | undefined): string {
  const values = figures.map(of);
  if (values.some((value) => value === undefined)) return '-';
  return (values.reduce<number>((sum, value) => sum + value!, 0) / values.length / 1000).toFixed(1);
}
