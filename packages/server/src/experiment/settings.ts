// `--set health.healthThreshold=0.6`: the same keys as a service has in the configuration file, judged by the same code.
//
// The setting is put into the text of a configuration and the whole is read again, so that a misspelt key gets the same
// sentence, and the same suggestion, as it would in the file.

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
    if (key === '' || value === undefined) {
      faults.push({
        file: '--set',
        line: 0,
        column: 0,
        path: set.slice(0, 80),
        expected: 'KEY=VALUE, such as health.healthThreshold=0.6',
        received: value === undefined ? 'no =' : 'no key',
      });
      continue;
    }
    const parsed = parseDocument(value);
    const path = ['services', name, ...key.split('.')];
    // A key below something that is no mapping would throw; the judge says it better.
    for (let depth = 1; depth < path.length; depth++) {
      const around = document.getIn(path.slice(0, depth), true);
      if (around !== undefined && !isMap(around)) document.setIn(path.slice(0, depth), {});
    }
    document.setIn(path, parsed.errors.length > 0 ? value : parsed.toJS());
  }
  if (faults.length > 0) return { service: undefined, faults };
  const loaded = loadConfig(String(document), { file: sets.length > 0 ? '--set' : name, env });
  if (loaded.config === undefined)
    // The lines are those of a text that nobody sees.
    return { service: undefined, faults: loaded.faults.map((fault) => ({ ...fault, line: 0, column: 0 })) };
  return { service: serviceNamed(loaded.config, name), faults: [] };
}

/** The service that is meant: the one of that name, or the only one there is. */
export function serviceNamed({ services }: Config, name: string | undefined): ServiceConfig | undefined {
  if (name === undefined) return services.length === 1 ? services[0] : undefined;
  return services.find((service) => service.name === name);
}

function splitSet(set: string): [key: string, value: string | undefined] {
  const at = set.indexOf('=');
  return at < 0 ? [set, undefined] : [set.slice(0, at).trim(), set.slice(at + 1).trim()];
}
