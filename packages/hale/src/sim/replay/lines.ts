// Text in pieces -> lines, in bounded memory: a file of a gigabyte is read through a window of one line.
//
// A line that outgrows its bound is passed over to its end without being kept; a file that holds no line feed at all (an
// archive, an image) costs no more than that. A last line without a line feed is handed on as the last: its reader judges
// whether it was cut.

/** Characters of one line; an outcome takes about 150. */
export const LONGEST_LINE = 65_536;

export interface LineSink {
  /** `isTooLong`: only its beginning is given. `isEnd`: the text ended without a line feed behind it. */
  line(text: string, isTooLong: boolean, isEnd: boolean): void;
}

export class LineCutter {
  readonly #sink: LineSink;
  #begun = '';
  #isSkipping = false;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  push(piece: string): void {
    let from = 0;
    for (;;) {
      const to = piece.indexOf('\n', from);
      if (to < 0) break;
      this.#close(piece, from, to, false);
      from = to + 1;
    }
    if (from < piece.length) this.#grow(piece, from, piece.length);
  }

  end(): void {
    if (this.#begun !== '') this.#close('', 0, 0, true);
  }

  #grow(piece: string, from: number, to: number): void {
    if (this.#isSkipping) return;
    // One character beyond the bound is kept, which is how a line shows that it is longer.
    const room = LONGEST_LINE + 1 - this.#begun.length;
    this.#begun += piece.slice(from, Math.min(to, from + room));
    this.#isSkipping = to - from > room;
  }

  #close(piece: string, from: number, to: number, isEnd: boolean): void {
    this.#grow(piece, from, to);
    const text = this.#begun.endsWith('\r') ? this.#begun.slice(0, -1) : this.#begun;
    this.#begun = '';
    this.#isSkipping = false;
    this.#sink.line(text, text.length > LONGEST_LINE, isEnd);
  }
}
