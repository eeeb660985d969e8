// Runs scenarios for a terminal or a program: progress on standard error, the tables or one JSON object on standard output.

import type { PolicyEntry, Scenario } from 'hale/sim';
import { compare, memoryOf, renderPicture, trace } from 'hale/sim';
import type { Summary } from './summary.ts';
import { summaryOf } from './summary.ts';
import { tableLines } from './table.ts';
import { wrapped } from './wrapped.ts';

export interface ExperimentOptions {
  readonly scenarios: readonly Scenario[];
  readonly policies: readonly PolicyEntry[];
  /** Those of them that have a picture below the table, when there is one scenario. */
  readonly pictured: readonly PolicyEntry[];
  /** Each is a run of its own. */
  readonly seeds: readonly number[];
  readonly json: boolean;
  /** Columns of the output, and whether a picture may have colour. */
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

/** Prints each scenario's table as it comes. Between two scenarios the event loop turns, so that the output can leave. */
export async function runExperiment(options: ExperimentOptions, io: ExperimentIo): Promise<void> {
  const { scenarios, policies, pictured, seeds, json } = options;
  const rows: Summary[] = [];
  for (const [index, scenario] of scenarios.entries()) {
    if (io.outputGone.aborted) break;
    const progress = progressOf(io, `${scenario.name} (${index + 1} of ${scenarios.length})`);
    const own = compare({ scenarios: [scenario], policies, seeds, onProgress: progress.tell });
    progress.end();
    rows.push(...own.map(summaryOf));
    if (!json) io.out(`${[...headOf(scenario, options), ...tableLines(own)].join('\n')}\n\n`);
    // Of many, the tables are enough; the picture of one is asked for by its name.
    if (!json && scenarios.length === 1)
      io.out(pictured.map((policy) => `${pictureOf(scenario, policy, options).join('\n')}\n`).join('\n'));
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (json) io.out(`${JSON.stringify({ seeds, rows }, undefined, 1)}\n`);
}

function pictureOf(scenario: Scenario, policy: PolicyEntry, { seeds, width, color }: ExperimentOptions): string[] {
  return renderPicture(trace(scenario, policy, seeds[0]).timeline, { width, color });
}

function headOf(scenario: Scenario, { seeds, width }: ExperimentOptions): string[] {
  const { name, doc, fleet, load, lengthMs, callers } = scenario;
  const rate = load.kind === 'trace' ? `${load.atMs.length} requests of a trace` : `${load.perSecond} requests/s`;
  const several = seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds`;
  return [
    ...wrapped(doc === '' ? name : `${name}: ${doc}`, width),
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
