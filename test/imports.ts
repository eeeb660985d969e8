// Who imports whom, read with regular expressions: every import in this repository is a static one at the start of a
// line, so a parser would bring nothing but time (300 files take 80 ms like this).

import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { ROOT } from '../scripts/run-tests.ts';
import { filesUnder } from '../scripts/sources.ts';

export interface Import {
  readonly from: string;
  /** As written: './x.ts', 'node:fs', 'hale/engine'. */
  readonly specifier: string;
  /** The file it names, relative to the root; undefined for packages and builtins. */
  readonly to: string | undefined;
  /** True for `import type` and `export type`: gone at run time. */
  readonly isType: boolean;
}

const STATEMENT =
  /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/gm;

export function importsOf(file: string): Import[] {
  const text = withoutComments(readFileSync(join(ROOT, file), 'utf8'));
  return [...text.matchAll(STATEMENT)].map((match) => {
    const specifier = match[2] ?? match[3];
    const to = specifier.startsWith('.') ? posix.join(dirname(file), specifier) : undefined;
    // `import type(...)` is written nowhere; a dynamic import is a value.
    return { from: file, specifier, to, isType: match[1] !== undefined };
  });
}

/** Sources that are shipped: no tests, no benchmarks. */
export function shippedSources(): string[] {
  return filesUnder('packages', '.ts').filter((file) => file.includes('/src/') && !/\.(test|bench)\.ts$/.test(file));
}

/** Everything people wrote in TypeScript. */
export function allSources(): string[] {
  return filesUnder('', '.ts');
}

export function withoutComments(text: string): string {
  return text.replace(COMMENT_OR_TEXT, (piece) => (piece.startsWith('/') ? blank(piece) : piece));
}

/** Comments and texts blanked, so that a word in prose is not taken for code. Line numbers stay. */
export function codeOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8').replace(COMMENT_OR_TEXT, (piece) =>
    // What stands in ${} of a template is code.
    piece.startsWith('`')
      ? blank(piece.replace(/\$\{([^{}]*)\}/g, '')) + (piece.match(/\$\{[^{}]*\}/g) ?? []).join(' ')
      : blank(piece),
  );
}

const COMMENT_OR_TEXT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;

function blank(piece: string): string {
  return piece.replace(/[^\n]/g, ' ');
}
