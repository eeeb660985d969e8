// Runs scenarios for a terminal or a program: progress on standard error, the tables or one JSON object on standard output.

import type { PolicyEntry, Row, Scenario } from 'hale/sim';
import { compare, memoryOf, renderPicture, trace } from 'hale/sim';
import { summaryOf } from './summary.ts';
import { tableLines } from './table.ts';

export interface ExperimentOptions {
  readonly scenarios: readonly Scenario[];
  readonly policies: readonly PolicyEntry[];
  /** Each is a run of its own. */
  readonly seeds: readonly number[];
  readonly json: boolean;
  /** Columns of the picture, and whether it may have colour. */
  readonly width: number;
  readonly color: boolean;
  /** A scenario that needs more is not begun. */
  readonly maxMemoryBytes: number;
}

export interface ExperimentIo {
  out(text: string): void;
  err(text: string): void;
  readonly isTTY: boolean;
  /** Aborted when nobody reads the output any more. */
  readonly outputGone: AbortSignal;
}

/** What would not fit, before anything has run; undefined when all fit. */
export function tooLarge({ scenarios, maxMemoryBytes }: ExperimentOptions): string | undefined {
  const large = scenarios.find((scenario) => memoryOf(scenario) > maxMemoryBytes);
  if (large === undefined) return undefined;
  const needed = Math.ceil(memoryOf(large) / 1e6);
  return `scenario ${large.name} needs about ${needed} MB of memory, and --max-memory allows ${Math.floor(maxMemoryBytes / 1e6)}`;
}

/** All rows, printed as they come. Between two scenarios the event loop turns, so that the output can leave. */
export async function runExperiment(options: ExperimentOptions, io: ExperimentIo): Promise<readonly Row[]> {
  const { scenarios, policies, seeds, json } = options;
  const rows: Row[] = [];
  for (const [index, scenario] of scenarios.entries()) {
    if (io.outputGone.aborted) break;
    const progress = progressOf(io, `${scenario.name} (${index + 1} of ${scenarios.length})`);
    const own = compare({ scenarios: [scenario], policies, seeds, onProgress: progress.tell });
    progress.end();
    rows.push(...own);
    if (!json) io.out(`${[...headOf(scenario, seeds), ...tableLines(own)].join('\n')}\n\n`);
    // Of many, the tables are enough; the picture of one is asked for by its name.
    if (!json && scenarios.length === 1) io.out(`${pictureOf(scenario, options).join('\n')}\n`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (json) io.out(`${JSON.stringify({ seeds, rows: rows.map(summaryOf) }, undefined, 1)}\n`);
  return rows;
}

function pictureOf(scenario: Scenario, { policies, seeds, width, color }: ExperimentOptions): string[] {
  return renderPicture(trace(scenario, policies[0], seeds[0]).timeline, { width, color });
}

function headOf({ name, doc, fleet, load, lengthMs, callers }: Scenario, seeds: readonly number[]): string[] {
  const rate = load.kind === 'trace' ? `${load.atMs.length} requests of a trace` : `${load.perSecond} requests/s`;
  const several = seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds`;
  return [
    `${name}: ${doc}`,
    `${count(fleet.instances, 'instance')}, ${rate} (${callers.method}), ${lengthMs / 1000} s, ${several}`,
    '',
  ];
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

// A line that overwrites itself; nothing where nobody watches.
function progressOf(io: ExperimentIo, what: string): { tell(done: number, all: number): void; end(): void } {
  if (!io.isTTY) return { tell: () => {}, end: () => {} };
  return {
    tell: (done, all) => io.err(`\r\x1b[K${what}: ${Math.round((100 * done) / all)} %`),
    end: () => io.err('\r\x1b[K'),
  };
}
