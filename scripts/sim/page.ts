// Puts a table that an experiment has measured into its page, between two marks. Unlike the tables of `npm run docs` it is
// not compared by a test: to measure it again takes half an hour.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../run-tests.ts';

/** @throws {Error} when the page has no such marks */
export function writeTable(page: string, name: string, rows: readonly (readonly string[])[]): void {
  const file = join(ROOT, page);
  const text = readFileSync(file, 'utf8');
  const marked = new RegExp(`<!-- measured: ${name} -->[\\s\\S]*?<!-- /measured -->`);
  if (!marked.test(text)) throw new Error(`${page} has no marks for ${name}`);
  const [head, ...body] = rows;
  const lines = [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`);
  // By a function: `$` in a cell is no reference.
  const table = `<!-- measured: ${name} -->\n\n${lines.join('\n')}\n\n<!-- /measured -->`;
  writeFileSync(
    file,
    text.replace(marked, () => table),
  );
}
