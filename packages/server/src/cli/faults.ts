// Faults on their way to the user: one line each, and never so many that the first scrolls away for good.

import { formatFault } from '../config/index.ts';
import type { ConfigFault } from '../config/index.ts';

const MOST_LINES = 1000;

/** All lines, ended. */
export function faultLines(faults: readonly ConfigFault[]): string {
  const lines = faults.slice(0, MOST_LINES).map(formatFault);
  if (faults.length > MOST_LINES) lines.push(`and ${faults.length - MOST_LINES} more faults`);
  return `${lines.join('\n')}\n`;
}
