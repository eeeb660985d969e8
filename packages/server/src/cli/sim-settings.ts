// The settings that `hale sim` compares: those of a configuration, and those of `--set` over them.

import type { HaleOptions } from 'hale/sim';
import type { ConfigFault, ServiceConfig } from '../config/index.ts';
import { BOUNDS, loadConfig, readText } from '../config/index.ts';
import type { Given } from './command.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';

export interface SimSettings {
  /** As the configuration has it; undefined without one. */
  readonly service: ServiceConfig | undefined;
  readonly own: HaleOptions | undefined;
  /** Every instance of the file, in whatever service. */
  readonly known: ReadonlySet<string> | undefined;
  /** With `--set`; undefined without one. */
  readonly changed: HaleOptions | undefined;
  readonly faults: readonly ConfigFault[];
}

/** @throws {UsageError} when the service is not one of the file's */
export async function readSimSettings(given: Given, io: Io): Promise<SimSettings> {
  const file = given.value('config');
  const sets = given.values('set');
  const name = given.value('service');
  if (name !== undefined && file === undefined)
    throw new UsageError('--service names one of the file: add --config FILE');
  const { BARE_CONFIG, changeSettings, optionsOf, serviceNamed } = await import('../experiment/index.ts');
  const none = { service: undefined, own: undefined, changed: undefined, known: undefined };
  const read = file === undefined ? { text: BARE_CONFIG } : await readText(file, BOUNDS.fileBytes);
  if ('fault' in read) return { ...none, faults: [read.fault] };
  const { text } = read;
  const loaded = loadConfig(text, { file: file ?? '--set', env: io.env });
  if (loaded.config === undefined) return { ...none, faults: loaded.faults };
  const service = serviceNamed(loaded.config, name);
  if (service === undefined) {
    const names = loaded.config.services.map((one) => one.name).join(', ');
    throw new UsageError(`--service NAME is one of ${names}`);
  }
  const known = new Set(loaded.config.services.flatMap(({ instances }) => instances.map(({ id }) => id)));
  const own = file === undefined ? none : { service, own: optionsOf(service), changed: undefined, known };
  if (sets.length === 0) return { ...own, faults: [] };
  const changed = changeSettings(text, service.name, sets, io.env);
  if (changed.service === undefined) return { ...none, faults: changed.faults };
  return { ...own, changed: optionsOf(changed.service), faults: [] };
}
