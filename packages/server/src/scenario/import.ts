// A program that exports a scenario, as its default or under the name `scenario`.
//
// Its values have no lines, so its faults name the file and the path in what it exports. A program that does not run has
// one, that of the error; but of a syntax error Node keeps the line to itself until it dies of it.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { judgeScenario } from 'hale/sim';
import { describe } from 'hale/engine';
import type { ConfigFault } from '../config/index.ts';
import type { LoadedScenario } from './load.ts';

export async function importScenario(file: string): Promise<LoadedScenario> {
  const { href } = pathToFileURL(resolve(file));
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = (await import(href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (!existsSync(file)) return refused({ ...nowhere(file), expected: 'a file', received: 'no such file' });
    const expected = 'a program that can be imported';
    return refused({ ...placeOf(error, href, file), expected, received: sentenceOf(error) });
  }
  const value = exported['default'] ?? exported['scenario'];
  if (value === undefined) {
    const received = Object.keys(exported).slice(0, 5).join(', ').slice(0, 80) || 'nothing';
    return refused({ ...nowhere(file), expected: 'a default export, or one named scenario', received });
  }
  const { scenario, faults } = judgeScenario(value);
  if (scenario) return { scenario, faults: [] };
  return refused(...faults.map((fault) => ({ ...nowhere(file), ...fault, path: `${file} ${fault.path}` })));
}

function refused(...faults: readonly ConfigFault[]): LoadedScenario {
  return { scenario: undefined, faults };
}

type Place = Omit<ConfigFault, 'expected' | 'received'>;

function nowhere(file: string): Place {
  return { file, line: 0, column: 0, path: file };
}

// `file:///a/b.ts:3` opens the stack of a syntax error; in that of another error it is where it was thrown.
function placeOf(error: unknown, href: string, file: string): Place {
  const stack = error instanceof Error ? String(error.stack) : '';
  const [, line, column] = /^:(\d{1,7})(?::(\d{1,7}))?/.exec(stack.slice(stack.indexOf(href) + href.length)) ?? [];
  const isFound = stack.includes(href) && line !== undefined;
  return isFound ? { file, line: Number(line), column: Number(column ?? 1), path: 'program' } : nowhere(file);
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return describe(error);
  const [line = ''] = String(error.message).split('\n');
  const sentence = `${error.name}: ${line.slice(0, 160)}`;
  return error.name === 'SyntaxError' ? `${sentence} (node --check shows where)` : sentence;
}
