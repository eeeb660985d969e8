// How the tables of wrong scenarios are read.

import { formatFault } from '../config/index.ts';
import { loadScenario } from './load.ts';

/** Every fault of a text, without the file's name. */
export function faultsOf(text: string): string[] {
  return loadScenario(text, { file: 's', env: {} }).faults.map((fault) => formatFault(fault).replace(/^s:/, ''));
}
