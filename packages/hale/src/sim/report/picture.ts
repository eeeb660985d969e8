// A run on a terminal: who got which share of the traffic, over time, and under it when its fault was at work and when its
// circuit was open. 80 columns show 60 s at a second each, which is what a person compares: how long from the first mark
// of the fault to the gap in the share, and from its last to the share's return.
//
// Pure: lines of text, none wider than asked. Colour adds nothing that a mark does not say.

import type { InstanceTimeline, Timeline } from '../measures/index.ts';
import { columnsIn, fit } from './fit.ts';
import { grouped, niceCeiling, percent, seconds, trim } from './numbers.ts';
import { resample, sparkline } from './sparkline.ts';
import { circuitSpans, largest, sharesOf, sum, worstFirst } from './view.ts';

export interface PictureOptions {
  /** Columns; 80. At least 40. */
  readonly width?: number;
  /** Red where a circuit is open, with the escapes of a terminal. */
  readonly color?: boolean;
  /** No character beyond ASCII, but for those of names. */
  readonly ascii?: boolean;
}

const MOST_ROWS = 8;
const LEAST_WIDTH = 40;
/** Before each row: `  lost/s ` or `12 share  `. */
const LABEL = 12;

export function renderPicture(timeline: Timeline, options: PictureOptions = {}): string[] {
  const { color = false, ascii = false } = options;
  const width = Math.max(LEAST_WIDTH, Math.floor(options.width ?? 80));
  const columns = Math.min(width - LABEL, timeline.attempts.length);
  const drawn: Drawn = { timeline, columns, color, ascii, top: niceCeiling(topOf(timeline, columns)) };
  const cut = (line: string): string => fit(line, width, ascii ? '~' : undefined);
  const worst = worstFirst(timeline);
  const shown = worst.slice(0, MOST_ROWS);
  const more = timeline.fleetSize - shown.length;
  return [
    ...[
      `${timeline.scenario}: policy ${timeline.policy}, seed ${timeline.seed}`,
      `share of the traffic of each instance; full height ${percent(drawn.top)}, fair ${percent(1 / timeline.fleetSize)}`,
    ].map((line) => cut(line)),
    ...shown.flatMap((instance) => rows(drawn, instance)),
    ...(more > 0 ? [cut(`and ${grouped(more)} more`)] : []),
    ...losses(drawn, width),
    axis(drawn),
    ...wrapped(legend(drawn, shown), width).map(cut),
  ];
}

interface Drawn {
  readonly timeline: Timeline;
  readonly columns: number;
  readonly color: boolean;
  readonly ascii: boolean;
  /** The share that has the full height. */
  readonly top: number;
}

const RED = '\x1b[31m';
const PLAIN = '\x1b[39m';

// One row, and a row of marks below it when there is anything to mark.
function rows(drawn: Drawn, instance: InstanceTimeline): string[] {
  const { timeline, columns, ascii, top, color } = drawn;
  const share = sparkline(sharesOf(timeline, instance), columns, top, ascii);
  const marks = marksOf(drawn, instance);
  const paint = (text: string): string =>
    color
      ? text.replace(/./gu, (character, at: number) => (isOpen(marks, at) ? RED + character + PLAIN : character))
      : text;
  const lines = [label(String(instance.instance), 'share') + paint(share)];
  if (marks.trim() !== '') lines.push(label('', '') + paint(marks).trimEnd());
  return lines;
}

function isOpen(marks: string, at: number): boolean {
  return marks[at] === 'o' || marks[at] === 'X';
}

// Of what happens within one column the graver is shown: an open circuit over a half-open one.
function marksOf(drawn: Drawn, instance: InstanceTimeline): string {
  const fault = covered(drawn, instance.faults);
  const circuits = circuitSpans(drawn.timeline, instance);
  const open = covered(
    drawn,
    circuits.filter(({ circuit }) => circuit === 'open'),
  );
  const half = covered(drawn, circuits);
  return Array.from({ length: drawn.columns }, (_, column) => {
    if (open[column]) return fault[column] ? 'X' : 'o';
    if (half[column]) return fault[column] ? 'H' : 'h';
    return fault[column] ? '-' : ' ';
  }).join('');
}

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Columns that a span reaches into. */
function covered({ timeline, columns }: Drawn, spans: readonly Span[]): boolean[] {
  const columnMs = timeline.lengthMs / columns;
  const found = Array.from({ length: columns }, () => false);
  for (const { fromMs, untilMs } of spans) {
    const last = Math.min(columns, Math.max(Math.floor(fromMs / columnMs) + 1, Math.ceil(untilMs / columnMs)));
    found.fill(true, Math.max(0, Math.floor(fromMs / columnMs)), last);
  }
  return found;
}

function losses({ timeline, columns, ascii }: Drawn, width: number): string[] {
  const { lostPerSecond, stepMs, lengthMs } = timeline;
  const means = resample(lostPerSecond, columns);
  const most = largest(means);
  const all = sum(lostPerSecond.map((rate, step) => (rate * Math.min(stepMs, lengthMs - step * stepMs)) / 1000));
  const text = all > 0 ? `${grouped(all)} lost, full height ${trim(most.toFixed(1))}/s` : 'no request was lost';
  const line = label('', 'lost') + sparkline(lostPerSecond, columns, most, ascii);
  return all > 0 ? [line, label('', '') + fit(text, width - LABEL)] : [label('', 'lost') + fit(text, width - LABEL)];
}

function axis({ timeline, columns }: Drawn): string {
  const end = seconds(timeline.lengthMs);
  const middle = seconds(timeline.lengthMs / 2);
  const at = Math.floor(columns / 2);
  const head = `0${' '.repeat(Math.max(1, at - 1))}${middle}`;
  return label('', 'time') + head + ' '.repeat(Math.max(1, columns - head.length - end.length)) + end;
}

function legend(drawn: Drawn, shown: readonly InstanceTimeline[]): string[] {
  const marks = new Set(shown.flatMap((instance) => [...marksOf(drawn, instance)]));
  const words = Object.entries(MARKS).flatMap(([mark, word]) => (marks.has(mark) ? [`${mark} ${word}`] : []));
  const faults = new Set(shown.flatMap((instance) => instance.faults.map(({ label }) => label)));
  return [...words, ...(faults.size > 0 ? [`faults: ${[...faults].slice(0, 4).join(', ')}`] : [])];
}

const MARKS: Readonly<Record<string, string>> = {
  '-': 'fault at work',
  o: 'circuit open',
  X: 'open under the fault',
  h: 'half-open',
  H: 'half-open under the fault',
};

/** Parts on as few lines as hold them; a part that is too long has its own. */
function wrapped(parts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const joined = lines.length > 0 ? `${lines.at(-1)}; ${part}` : part;
    if (lines.length > 0 && columnsIn(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(part);
  }
  return lines;
}

function topOf(timeline: Timeline, columns: number): number {
  return largest(timeline.instances.flatMap((instance) => resample(sharesOf(timeline, instance), columns)));
}

function label(name: string, what: string): string {
  return `${name.padStart(4)} ${what}`.padEnd(LABEL);
}
