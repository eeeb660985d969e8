// A list of instances as a program gives it, on its way to the engine: plain data, and somewhere that plain HTTP goes.
//
// The engine judges ids, weights and the rest, and takes an instance without an address, since it never connects. A proxy
// that took one would hold requests for nobody. Keys that the proxy has no use for stay here: they may be anything, and
// what crosses the link must be data.

import type { Fault, ServiceInstance } from 'hale';
import { ConfigError, describe } from 'hale/engine';
import { endpointOf } from '../proxy/index.ts';

/** Copies with `host` and `port` filled in. @throws {ConfigError} with every fault of an address. */
export function readInstances(instances: readonly ServiceInstance[]): readonly ServiceInstance[] {
  const faults: Fault[] = [];
  if (!Array.isArray(instances))
    throw new ConfigError([{ path: 'instances', expected: 'a list', received: describe(instances) }]);
  const plain = instances.map((instance: unknown, index) => {
    if (typeof instance !== 'object' || instance === null) {
      faults.push({ path: `instances[${index}]`, expected: 'an object', received: describe(instance) });
      return instance as ServiceInstance;
    }
    return readInstance(instance as Readonly<Record<string, unknown>>, `instances[${index}]`, faults);
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return plain;
}

const KEYS = ['id', 'url', 'host', 'port', 'weight', 'priority', 'zone'] as const;

function readInstance(instance: Readonly<Record<string, unknown>>, path: string, faults: Fault[]): ServiceInstance {
  const copy: Record<string, unknown> = {};
  for (const key of KEYS) {
    const value = instance[key];
    if (value === undefined) continue;
    if (typeof value === 'string' || typeof value === 'number') copy[key] = value;
    else faults.push({ path: `${path}.${key}`, expected: 'a text or a number', received: describe(value) });
  }
  const read = copy as unknown as ServiceInstance;
  const endpoint = endpointOf(read);
  if (endpoint) return { ...read, ...endpoint };
  faults.push({
    path: `${path}.url`,
    expected: 'http://host:port, or host and port',
    received: describe(instance['url']),
  });
  return read;
}
