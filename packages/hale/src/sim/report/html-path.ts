// A series as the path of a step line: across each step at its value, then up or down to the next.
//
// One unit of x is a step, y runs from 0 (full height) to 100. Moves are relative and equal values one move, so that a
// step takes about five characters; a page of twelve instances stays small. A null breaks the line.

const HEIGHT = 100;

/** Values in [0, max]; what is above is drawn at the top. */
export function stepPath(values: readonly (number | null)[], max: number): string {
  let path = '';
  let at: number | undefined;
  let run = 0;
  const flush = (): void => {
    if (run > 0) path += `h${run}`;
    run = 0;
  };
  for (const [step, value] of values.entries()) {
    if (value === null) {
      flush();
      at = undefined;
      continue;
    }
    const y = HEIGHT - Math.round(HEIGHT * Math.min(1, value / max));
    if (at === undefined) {
      path += `M${step} ${y}`;
    } else if (y !== at) {
      flush();
      path += `v${y - at}`;
    }
    at = y;
    run++;
  }
  flush();
  return path;
}

/** The area under it. */
export function stepArea(values: readonly (number | null)[], max: number): string {
  // A gap is as good as nothing here: an area of no height.
  const filled = values.map((value) => value ?? 0);
  return `M0 ${HEIGHT}${stepPath(filled, max).replace(/^M0 (\d+)/, 'V$1')}V${HEIGHT}Z`;
}
