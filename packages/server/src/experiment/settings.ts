// `--set health.healthThreshold=0.6`: the same keys as a service has in the configuration file, judged by the same code.
//
// The setting is put into the text of a configuration and the whole is read again, so that a misspelt key gets the same
// sentence, and the same suggestion, as it would in the file. Lines and columns are those of a text that nobody sees,
// and so is the service around the key: a fault tells neither.

import { isMap, parseDocument } from 'yaml';
import type { Config, ConfigFault, Environment, ServiceConfig } from '../config/index.ts';
import { loadConfig } from '../config/index.ts';

export interface Changed {
  readonly service: ServiceConfig | undefined;
  /** What kept it from being one. */
  readonly faults: readonly ConfigFault[];
}

/** A service with nothing but an instance, for those who simulate without a configuration. */
export const BARE_CONFIG = 'services:\n  simulated:\n    instances: [{ url: "http://127.0.0.1:1" }]\n';

/** `text`'s service `name` with the settings `KEY=VALUE` put in. The value is YAML: `0.6`, `30s`, `panic`. */
export function changeSettings(text: string, name: string, sets: readonly string[], env: Environment): Changed {
  const document = parseDocument(text);
  const faults: ConfigFault[] = [];
  for (const set of sets) {
    const [key, value] = splitSet(set);
    const owner = SCENARIO_OWNS.get(key.split('.')[0]);
    if (key === '' || value === undefined) faults.push(unreadable(set, value));
    else if (owner !== undefined) faults.push(foreign(key, owner));
    else setIn(document, ['services', name, ...key.split('.')], value);
  }
  if (faults.length > 0) return { service: undefined, faults };
  const loaded = loadConfig(String(document), { file: '--set', env });
  if (loaded.config !== undefined) return { service: serviceNamed(loaded.config, name), faults: [] };
  return { service: undefined, faults: loaded.faults.map((fault) => ofSet(fault, name, sets, env)) };
}

/** The service that is meant: the one of that name, or the only one there is. */
export function serviceNamed({ services }: Config, name: string | undefined): ServiceConfig | undefined {
  if (name === undefined) return services.length === 1 ? services[0] : undefined;
  return services.find((service) => service.name === name);
}

function setIn(document: ReturnType<typeof parseDocument>, path: readonly string[], value: string): void {
  const parsed = parseDocument(value);
  // A key below something that is no mapping would throw; the judge says it better.
  for (let depth = 1; depth < path.length; depth++) {
    const around = document.getIn(path.slice(0, depth), true);
    if (around !== undefined && !isMap(around)) document.setIn(path.slice(0, depth), {});
  }
  document.setIn(path, parsed.errors.length > 0 ? value : parsed.toJS());
}

// Most settings are of `health`, and it is left out as often: whoever writes `recoveryWindow` is told the whole key.
function ofSet(fault: ConfigFault, name: string, sets: readonly string[], env: Environment): ConfigFault {
  const around = `services.${name}.`;
  const key = fault.path.startsWith(around) ? fault.path.slice(around.length) : fault.path;
  const path = key === fault.path ? key : `--set ${key}`;
  const set = sets.find((one) => splitSet(one)[0] === key);
  const isOfHealth =
    set !== undefined &&
    !key.startsWith('health') &&
    changeSettings(BARE_CONFIG, 'simulated', [`health.${set}`], env).service !== undefined;
  const expected = isOfHealth ? `a known key (did you mean health.${key}?)` : fault.expected;
  return { ...fault, line: 0, column: 0, path, expected };
}

/** Keys of a service that no policy of a simulation reads, and what of the scenario stands for them. */
const SCENARIO_OWNS: ReadonlyMap<string, string> = new Map([
  ['instances', 'fleet'],
  ['key', 'callers.keys'],
  ['timeouts', 'callers.timeout'],
  ['retries', 'callers.retries and callers.retryBudget'],
]);

function foreign(key: string, owner: string): ConfigFault {
  const expected = `a setting of the balancer (in a simulation this is the scenario's: ${owner})`;
  return { file: '--set', line: 0, column: 0, path: `--set ${key}`, expected, received: JSON.stringify(key) };
}

function unreadable(set: string, value: string | undefined): ConfigFault {
  return {
    file: '--set',
    line: 0,
    column: 0,
    path: `--set ${set.slice(0, 80)}`,
    expected: 'KEY=VALUE, such as health.healthThreshold=0.6',
    received: value === undefined ? 'no =' : 'no key',
  };
}

function splitSet(set: string): [key: string, value: string | undefined] {
  const at = set.indexOf('=');
  return at < 0 ? [set, undefined] : [set.slice(0, at).trim(), set.slice(at + 1).trim()];
}
