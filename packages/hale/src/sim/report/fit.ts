// Text cut to the columns of a terminal. Names come from users' files: a control character among them could move the
// cursor or recolour the screen, so it is shown as a replacement character and does nothing.

/** At most `width` columns; `mark`, one column, stands where something was cut. */
export function fit(text: string, width: number, mark = '…'): string {
  const printable = text.replace(/\p{C}/gu, '\ufffd');
  let columns = 0;
  let kept = '';
  for (const character of printable) {
    const next = columns + columnsOf(character);
    if (next > width) {
      // One column for the mark of the cut; the last character may have been two wide.
      while (columns > width - 1) {
        const last = [...kept].at(-1)!;
        kept = kept.slice(0, -last.length);
        columns -= columnsOf(last);
      }
      return width > 0 ? `${kept}${mark}` : '';
    }
    columns = next;
    kept += character;
  }
  return kept;
}

/** Columns that a text takes, near enough: wide scripts and pictures take two, combining marks none. */
export function columnsIn(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOf(character);
  return columns;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const NARROWLESS = /\p{M}/u;

function columnsOf(character: string): number {
  if (NARROWLESS.test(character)) return 0;
  return WIDE.test(character) || character.codePointAt(0)! > 0x1ffff ? 2 : 1;
}
