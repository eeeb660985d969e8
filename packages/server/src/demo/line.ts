// Lines of a terminal: text with colours whose width is known, so that nothing is ever wider than the screen.
//
// Colours are kept beside the text until the line is written; cutting a string with escapes in it would cut them too.
// Every character used here is one column wide.

export type Colour = 'plain' | 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
export type Piece = readonly [text: string, colour?: Colour];
export type Line = readonly Piece[];

const CODES: Readonly<Record<Colour, string>> = {
  plain: '',
  bold: '1',
  dim: '2',
  red: '31',
  green: '32',
  yellow: '33',
  cyan: '36',
};

/** The line as text, cut to `columns`, with colour codes only when `color`. */
export function writeLine(line: Line, columns: number, color: boolean): string {
  let left = Math.max(0, columns);
  let written = '';
  for (const [text, colour = 'plain'] of line) {
    const shown = text.length <= left ? text : left > 1 ? `${text.slice(0, left - 1)}…` : text.slice(0, left);
    left -= shown.length;
    const code = CODES[colour];
    written += color && code && shown ? `\x1b[${code}m${shown}\x1b[0m` : shown;
    if (left === 0) break;
  }
  return written;
}

export interface Column {
  readonly title: string;
  readonly width: number;
  readonly align?: 'right';
  /** When the screen is too narrow, columns go in this order, the lowest first; without it the column stays. */
  readonly leaves?: number;
}

/** The positions of the columns that fit, in their order. Two spaces lie between columns, one before the first. */
export function fitColumns(columns: readonly Column[], width: number): number[] {
  const kept = new Set(columns.keys());
  const leaving = [...columns.keys()]
    .filter((at) => columns[at].leaves !== undefined)
    .sort((a, b) => columns[a].leaves! - columns[b].leaves!);
  const total = (): number => [...kept].reduce((sum, at) => sum + columns[at].width + 2, -1);
  while (total() > width && leaving.length > 0) kept.delete(leaving.shift()!);
  return [...kept];
}

/** One row of a table from a piece for each column. */
export function tableRow(columns: readonly Column[], kept: readonly number[], cells: readonly Piece[]): Line {
  return kept.flatMap((at, place): Piece[] => {
    const { width, align } = columns[at];
    const [text, colour = 'plain'] = cells[at];
    const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text;
    return [[place === 0 ? ' ' : '  '], [align === 'right' ? cut.padStart(width) : cut.padEnd(width), colour]];
  });
}
