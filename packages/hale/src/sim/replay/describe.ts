// A replay in sentences, for a terminal: what was read, what was fitted, how good the model is.

import { describeFault } from '../../faults/index.ts';
import type { Fit } from './fit.ts';
import type { ReadReport } from './read.ts';
import type { Outline, Rerun } from './rerun.ts';

const LINES_SHOWN = 20;

/** What was used and dropped, and the first faults with their lines. */
export function describeRead({ lines, used, dropped, reasons, faults, hasHeader, refused }: ReadReport): string[] {
  if (refused !== undefined) return [`Refused at ${refused}. Nothing of the record is used.`];
  const why = [...reasons].map(([reason, count]) => `${count} ${reason}`).join(', ');
  return [
    `${lines} lines, ${used} used, ${dropped} dropped${why === '' ? '' : `: ${why}`}`,
    ...(hasHeader ? [] : ['There is no header; the lines are read as those of a record of version 1.']),
    ...faults.map(({ line, expected, received }) => `line ${line}: expected ${expected}, received ${received}`),
    ...(dropped > faults.length && faults.length > 0 ? [`and ${dropped - faults.length} more`] : []),
  ];
}

/** The fleet in a line, then its faults. */
export function describeFit({ scenario, ids, service, recorded }: Fit): string[] {
  const { lengthMs, load, script, checkEveryMs } = scenario;
  const arrivals = load.kind === 'trace' ? load.atMs.length : 0;
  const rate = ((1000 * arrivals) / lengthMs).toFixed(1);
  const checks = checkEveryMs > 0 ? `checks every ${seconds(checkEveryMs)}` : 'no checks';
  return [
    `${service}: ${ids.length} instances, ${arrivals} requests in ${seconds(lengthMs)} (${rate}/s), ${checks}`,
    `recorded: ${outline(recorded)}`,
    ...script
      .slice(0, LINES_SHOWN)
      .map(
        (line) =>
          `${ids[Number(line.instance)]}: ${describeFault(line.fault)}, ${seconds(line.at)} to ${seconds(line.until)}`,
      ),
    ...(script.length > LINES_SHOWN ? [`and ${script.length - LINES_SHOWN} more faults`] : []),
  ];
}

/** How the model under the recorded settings compares with what happened. */
export function describeCalibration({ calibration: { reality, model, lostError } }: Rerun): string[] {
  return [
    `reality: ${outline(reality)}`,
    `model, same settings: ${outline(model)}`,
    `A difference of less than ${percent(lostError)} lost is within the model's own error.`,
  ];
}

function outline({ lost, p50Ms, p99Ms }: Outline): string {
  return `${percent(lost)} lost, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
