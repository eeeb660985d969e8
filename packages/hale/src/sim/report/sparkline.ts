// A row of values as a row of characters.
//
// Nothing at all has a mark of its own: between an instance that gets no traffic and one that gets a trial now and then
// lies all that a balancer is about, and the lowest block would show both.

const BLOCKS = '▁▂▃▄▅▆▇█';
const ASCII = '.:-=+*#@';

/** `width` characters, or one for each value when there are fewer. Values lie in [0, max]; null is a blank. */
export function sparkline(values: readonly (number | null)[], width: number, max: number, ascii = false): string {
  const levels = ascii ? ASCII : BLOCKS;
  return resample(values, width)
    .map((value) => {
      if (value === null) return ' ';
      if (!(value > 0)) return ascii ? '_' : '·';
      return levels[Math.min(levels.length - 1, Math.floor((value / max) * levels.length))];
    })
    .join('');
}

/** The values of each column: its mean, without the nulls. */
export function resample(values: readonly (number | null)[], width: number): (number | null)[] {
  const columns = Math.min(width, values.length);
  return Array.from({ length: columns }, (_, column) => {
    const [from, until] = columnOf(column, columns, values.length);
    const known = values.slice(from, until).filter((value) => value !== null);
    return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
  });
}

/** The values [from, until) that a column stands for. */
function columnOf(column: number, columns: number, values: number): [from: number, until: number] {
  return [Math.floor((column * values) / columns), Math.floor(((column + 1) * values) / columns)];
}
