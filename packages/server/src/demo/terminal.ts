// Drawing in place. The screen is the terminal's alternate one, so that what the user had before comes back at the end,
// and a resize cannot leave half lines behind: every frame is written whole, from the top left corner.

import type { Line } from './line.ts';
import { writeLine } from './line.ts';

/** What the demo writes to. `columns` and `rows` may change between two frames. */
export interface DemoIo {
  write(text: string): unknown;
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Aborted by Ctrl-C: the demo ends early, with its summary. */
  readonly signal: AbortSignal;
}

export interface Terminal {
  draw(lines: (columns: number, rows: number) => readonly Line[]): void;
  /** Gives the screen and the cursor back. Safe to call twice. */
  restore(): void;
}

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

export function openTerminal(io: DemoIo, color: boolean): Terminal {
  let isOpen = true;
  io.write(ENTER);
  return {
    draw(lines) {
      if (!isOpen) return;
      const columns = io.columns > 0 ? io.columns : 80;
      const rows = io.rows > 0 ? io.rows : 24;
      const written = lines(columns, rows).map((line) => writeLine(line, columns, color) + CLEAR_LINE);
      // No line break after the last line: it would scroll a full screen.
      io.write(HOME + written.join('\r\n') + CLEAR_BELOW);
    },
    restore() {
      if (!isOpen) return;
      isOpen = false;
      io.write(LEAVE);
    },
  };
}
