// The files of this repository that people write, by what they are.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run-tests.ts';

const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', 'reports']);

/** Paths of files under `folder`, relative to the root, with `/`, sorted. */
export function filesUnder(folder: string, ending: string): string[] {
  const found: string[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(ROOT, path), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || NOT_OURS.has(entry.name)) continue;
      const inside = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) visit(inside);
      else if (entry.name.endsWith(ending)) found.push(inside);
    }
  };
  visit(folder);
  return found.sort();
}

export type Lane = 'unit' | 'socket' | 'long';

/** Which lane runs a test file: its name says so. */
export function laneOf(file: string): Lane {
  if (file.endsWith('.long.test.ts')) return 'long';
  return file.endsWith('.socket.test.ts') ? 'socket' : 'unit';
}
