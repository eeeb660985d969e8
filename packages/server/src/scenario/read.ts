// A scenario from the disk. What a file is says its ending: data is read, a program is imported, which runs it.

import { extname } from 'node:path';
import type { Environment } from '../config/index.ts';
import { readText } from '../config/index.ts';
import { importScenario } from './import.ts';
import type { LoadedScenario } from './load.ts';
import { MOST_BYTES, loadScenario } from './load.ts';

const DATA = ['.yaml', '.yml', '.json'];
const PROGRAMS = ['.ts', '.mts', '.js', '.mjs'];

/** Reads and judges a file; never rejects for what it is. A program is trusted: importing it runs it. */
export async function readScenario(file: string, env: Environment): Promise<LoadedScenario> {
  const ending = extname(file).toLowerCase();
  if (PROGRAMS.includes(ending)) return importScenario(file);
  if (!DATA.includes(ending)) {
    const expected = `a name that ends in ${[...DATA, ...PROGRAMS].join(', ')}`;
    const received = ending === '' ? 'one without an ending' : JSON.stringify(ending.slice(0, 20));
    return { scenario: undefined, faults: [{ file, line: 0, column: 0, path: file, expected, received }] };
  }
  const read = await readText(file, MOST_BYTES);
  return 'fault' in read ? { scenario: undefined, faults: [read.fault] } : loadScenario(read.text, { file, env });
}
