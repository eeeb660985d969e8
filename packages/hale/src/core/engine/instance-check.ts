// A list of instances as a caller gave it, read and judged before anything changes.
//
// Each property is read once, into columns: a caller may change an object in place, and a getter may answer differently the
// next time, so what was judged here is what is admitted, and the object itself is only handed back. Columns and not an
// object for each instance: a list of 100 000 leaves five arrays behind and not 100 000 objects.

import type { Fault, ServiceInstance } from '../model/index.ts';
import { ConfigError, describe } from '../model/index.ts';

/** A list that was found right; place `index` of each column is one instance. */
export interface GivenList {
  readonly instances: readonly ServiceInstance[];
  readonly ids: readonly string[];
  readonly weights: readonly number[];
  readonly priorities: readonly number[];
  readonly zones: readonly (string | undefined)[];
}

/** Smaller ones would be no numbers any more where shares of Float32 are divided by each other. */
const LEAST_WEIGHT = 1e-6;
const LARGEST_WEIGHT = 1e6;
// A list with ten thousand faults is told by its first hundred.
const MOST_FAULTS = 100;

/** Reads a list. Throws ConfigError with every fault: wrong values, duplicates, too many. */
export function readInstances(given: readonly ServiceInstance[], maxInstances: number): GivenList {
  if (!Array.isArray(given)) {
    throw new ConfigError([{ path: 'instances', expected: 'a list of instances', received: describe(given) }]);
  }
  if (given.length > maxInstances) {
    throw new ConfigError([
      { path: 'instances', expected: `at most ${maxInstances} (maxInstances)`, received: String(given.length) },
    ]);
  }
  const instances: readonly ServiceInstance[] = given.slice();
  const { length } = instances;
  const columns = {
    instances,
    ids: [] as string[],
    // Not a Float64Array: a whole number read from one is a heap object in the record that keeps it, 16 bytes an instance.
    weights: [] as number[],
    priorities: [] as number[],
    zones: [] as (string | undefined)[],
  };
  const faults: Fault[] = [];
  const seen = new Set<string>();
  for (let index = 0; index < length && faults.length < MOST_FAULTS; index++) {
    const id = readInstance(instances[index], index, columns, faults);
    if (id !== undefined && seen.size === seen.add(id).size)
      faults.push({
        path: `instances[${index}].id`,
        expected: 'an id that no other instance has',
        received: describe(id),
      });
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return columns;
}

interface Columns {
  readonly ids: string[];
  readonly weights: number[];
  readonly priorities: number[];
  readonly zones: (string | undefined)[];
}

// Pushes every fault of an instance; answers its id, or undefined when it has none to go on with.
function readInstance(instance: ServiceInstance, index: number, columns: Columns, faults: Fault[]): string | undefined {
  if (typeof instance !== 'object' || instance === null || Array.isArray(instance)) {
    faults.push({ path: `instances[${index}]`, expected: 'an instance: { id, ... }', received: describe(instance) });
    return undefined;
  }
  const { id, weight = 1, priority = 0, zone, url, host, port } = instance;
  const fault = (key: string, expected: string, value: unknown): void => {
    faults.push({ path: `instances[${index}].${key}`, expected, received: describe(value) });
  };
  const hasId = isText(id, 256);
  if (!hasId) fault('id', 'a text of 1 to 256 characters', id);
  if (!(typeof weight === 'number' && weight >= LEAST_WEIGHT && weight <= LARGEST_WEIGHT))
    fault('weight', 'a number from 0.000001 to 1000000', weight);
  if (!(Number.isInteger(priority) && priority >= 0 && priority <= 1000))
    fault('priority', 'a whole number from 0 to 1000', priority);
  if (zone !== undefined && !isText(zone, 256)) fault('zone', 'a text of 1 to 256 characters', zone);
  if (url !== undefined && !isText(url, 2048)) fault('url', 'a text of 1 to 2048 characters', url);
  if (host !== undefined && !isText(host, 255)) fault('host', 'a text of 1 to 255 characters', host);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535))
    fault('port', 'a whole number from 1 to 65535', port);
  if (faults.length === 0) {
    columns.ids.push(id);
    columns.weights.push(weight);
    columns.priorities.push(priority);
    columns.zones.push(zone);
  }
  return hasId ? id : undefined;
}

function isText(value: unknown, longest: number): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= longest;
}
