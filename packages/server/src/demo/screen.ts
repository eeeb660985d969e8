// The live screen: hale's instances, the three policies side by side, and what hale did last. A pure function from a view
// to lines, which the terminal writes over the ones before.
//
// Made for 80 x 24. In a narrower terminal columns leave, the least telling first; in a lower one the last lines do.

import type { Column, Line, Piece } from './line.ts';
import { fitColumns, tableRow } from './line.ts';
import type { Tally } from './threads.ts';
import type { DemoView, InstanceView } from './view.ts';

const INSTANCES: readonly Column[] = [
  { title: "hale's", width: 6 },
  { title: 'score', width: 5, align: 'right' },
  { title: '', width: 12, leaves: 1 },
  { title: 'circuit', width: 9 },
  { title: 'share', width: 5, align: 'right', leaves: 3 },
  { title: 'in flight', width: 9, align: 'right', leaves: 2 },
  { title: 'fault', width: 18, leaves: 4 },
];

const POLICIES: readonly Column[] = [
  { title: '', width: 11 },
  { title: 'requests', width: 8, align: 'right', leaves: 3 },
  { title: 'lost', width: 6, align: 'right' },
  { title: '', width: 7, align: 'right', leaves: 2 },
  { title: 'p50', width: 6, align: 'right', leaves: 4 },
  { title: 'p99', width: 7, align: 'right', leaves: 5 },
  { title: 'lost each second', width: 20, leaves: 1 },
];

/** At most `rows` lines, none wider than `columns` once written. */
export function drawScreen(view: DemoView, columns: number, rows: number): Line[] {
  const lines: Line[] = [
    titleLine(view, columns),
    [],
    ...table(INSTANCES, columns, view.instances.map(instanceCells)),
    [],
    ...table(
      POLICIES,
      columns,
      view.tallies.map((tally, at) => policyCells(tally, view.lostEachSecond[at] ?? [])),
    ),
    [],
    ...view.happened.slice(-3).map((text): Line => [[' '], [text, 'cyan']]),
    ...Array.from({ length: Math.max(0, 3 - view.happened.length) }, (): Line => []),
    [[' The same arrivals and faults for all; one retry each, the naive rule has none.', 'dim']],
    [[' Counted: GET and repeatable PUT. Not counted: poison, which fails everywhere.', 'dim']],
    [[' Ctrl-C ends with the summary.', 'dim']],
  ];
  return lines.slice(0, Math.max(1, rows));
}

function titleLine({ elapsedMs, lengthMs, rate, instances }: DemoView, columns: number): Line {
  const time = `${Math.floor(elapsedMs / 1000)} of ${Math.round(lengthMs / 1000)} s `;
  const what = ` 3 fleets of ${instances.length} real instances, ${formatNumber(rate)} requests/s each`;
  const gap = ' '.repeat(Math.max(1, columns - ' hale demo '.length - what.length - time.length));
  return [[' hale demo ', 'bold'], [what], [gap], [time, 'bold']];
}

function table(columns: readonly Column[], width: number, rows: readonly (readonly Piece[])[]): Line[] {
  const kept = fitColumns(columns, width);
  const head = tableRow(
    columns,
    kept,
    columns.map(({ title }): Piece => [title, 'dim']),
  );
  return [head, ...rows.map((cells) => tableRow(columns, kept, cells))];
}

function instanceCells({ id, score, circuit, share, inFlight, fault }: InstanceView): Piece[] {
  const colour = circuit === 'open' ? 'red' : circuit === 'half-open' || score < 0.8 ? 'yellow' : 'green';
  return [
    [id, 'bold'],
    [score.toFixed(2), colour],
    [bar(score, 12), colour],
    [circuit, colour],
    [`${Math.round(share * 100)} %`],
    [String(inFlight)],
    [fault, 'yellow'],
  ];
}

function policyCells(tally: Tally, lostEachSecond: readonly number[]): Piece[] {
  const { name, requests, lost, p50Ms, p99Ms } = tally;
  const colour = lost === 0 ? 'green' : 'red';
  return [
    [name, 'bold'],
    [formatNumber(requests)],
    [formatNumber(lost), colour],
    [requests > 0 ? `${((lost / requests) * 100).toFixed(2)} %` : '', colour],
    [formatMs(p50Ms)],
    [formatMs(p99Ms)],
    [sparks(lostEachSecond.slice(-20)), colour],
  ];
}

/** Whole and eighth blocks: a score of 0.5 in 12 columns is 6 blocks. */
function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const rest = eighths % 8;
  return '█'.repeat(eighths >> 3) + (rest > 0 ? '▏▎▍▌▋▊▉'[rest - 1] : '');
}

/** One character a second; a dot for none, the tallest block for 16 and more. */
function sparks(counts: readonly number[]): string {
  return counts.map((count) => (count === 0 ? '·' : '▁▂▃▄▅▆▇█'[Math.min(7, Math.floor(count / 2))])).join('');
}

/** 1234567 -> '1,234,567', the same in every locale. */
export function formatNumber(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function formatMs(ms: number | null): string {
  return ms === null ? '-' : `${formatNumber(ms)} ms`;
}
