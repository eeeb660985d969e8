// hale sim --replay: a recorded file, a fleet fitted to it, and the same load under other settings.

import { createReadStream } from 'node:fs';
import type { HaleOptions, ReadReport, RecordedOutcome, Rerun } from 'hale/sim';
import { RecordReader, describeCalibration, describeFit, describeRead, fitScenario, memoryOf, rerun } from 'hale/sim';
import { STRATEGIES } from 'hale/strategies';
import type { ServiceConfig } from '../config/index.ts';
import type { ExperimentIo } from './run-experiment.ts';
import { summaryOf } from './summary.ts';
import { tableLines } from './table.ts';
import { wrapped } from './wrapped.ts';

export interface ReplayOptions {
  readonly file: string;
  /** Of the service that was recorded; undefined: the record's busiest, under the preset serving. */
  readonly service: ServiceConfig | undefined;
  /** The instances of the whole configuration: what the record says of others is dropped, and counted. */
  readonly known: ReadonlySet<string> | undefined;
  readonly changed: HaleOptions;
  readonly seeds: readonly number[];
  readonly json: boolean;
  /** Columns of the output. */
  readonly width: number;
  readonly maxMemoryBytes: number;
}

/** Undefined when it was done; otherwise a sentence on why not. */
export async function replay(options: ReplayOptions, io: ExperimentIo): Promise<string | undefined> {
  const { file, service, known, changed, seeds, json, width, maxMemoryBytes } = options;
  const read = await readFile(file, known);
  if (typeof read === 'string') return `${file}: ${read}`;
  const { outcomes, report } = read;
  if (!json) io.out(`${block(describeRead(report))}\n`);
  if (report.refused !== undefined) return `${file}: ${report.refused}`;
  let fit;
  try {
    fit = fitScenario(outcomes, service === undefined ? {} : fitOptionsOf(service));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return `${file}: ${error.message}`;
  }
  const needed = memoryOf(fit.scenario);
  if (needed > maxMemoryBytes)
    return `${file}: the fitted scenario needs about ${Math.ceil(needed / 1e6)} MB of memory, and --max-memory allows ${Math.floor(maxMemoryBytes / 1e6)}`;
  const recorded = service === undefined ? {} : optionsOf(service);
  const result = rerun(fit, { recorded, changed, seeds });
  if (json) io.out(`${JSON.stringify(asJson(report, fit.notes, result), undefined, 1)}\n`);
  else {
    const rows = tableLines([result.recorded, result.changed]);
    io.out(
      `${block(describeFit(fit))}\n${block(rows)}\n${block(describeCalibration(result))}\n${block(fit.notes.flatMap((note) => bullet(note, width)))}`,
    );
  }
  return undefined;
}

/** The settings of a configured service, as hale is told them in a simulation. */
export function optionsOf({ strategy, options: { classify: _, ...settings } }: ServiceConfig): HaleOptions {
  return { settings, strategy: STRATEGIES[strategy] };
}

function fitOptionsOf(service: ServiceConfig): Parameters<typeof fitScenario>[1] {
  const instances = new Map(service.instances.map((instance) => [instance.id, instance]));
  return {
    service: service.name,
    callers: { timeoutMs: service.timeouts.responseMs },
    shapeOf(id) {
      const instance = instances.get(id);
      return instance === undefined ? {} : { weight: instance.weight, priority: instance.priority };
    },
  };
}

async function readFile(
  file: string,
  known: ReadonlySet<string> | undefined,
): Promise<{ outcomes: readonly RecordedOutcome[]; report: ReadReport } | string> {
  const reader = new RecordReader(known && { known });
  try {
    for await (const text of createReadStream(file, 'utf8')) {
      reader.push(text as string);
      if (reader.isRefused) break;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'no such file' : `could not be read (${code ?? 'unknown'})`;
  }
  return reader.end();
}

function asJson({ lines, used, dropped, faults }: ReadReport, notes: readonly string[], result: Rerun): unknown {
  const rows = [summaryOf(result.recorded), summaryOf(result.changed)];
  return { read: { lines, used, dropped, faults }, rows, calibration: result.calibration, notes };
}

// A sentence or three, as an entry of a list.
function bullet(text: string, width: number): string[] {
  return wrapped(text, width - 2).map((line, index) => `${index === 0 ? '-' : ' '} ${line}`);
}

function block(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
