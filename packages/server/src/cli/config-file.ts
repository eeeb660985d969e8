// A configuration file from the disk. Whatever keeps it from being read is a fault like any other.

import { BOUNDS, loadConfig, readText } from '../config/index.ts';
import type { Environment, Loaded } from '../config/index.ts';

/** Reads and judges a file; never rejects for what the file is. */
export async function readConfigFile(file: string, env: Environment): Promise<Loaded> {
  const read = await readText(file, BOUNDS.fileBytes);
  if ('fault' in read) return { config: undefined, faults: [read.fault] };
  return loadConfig(read.text, { file, env });
}
