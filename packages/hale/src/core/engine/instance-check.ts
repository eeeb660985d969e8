// One instance as a caller gave it, against what an instance must be.

import type { Fault, ServiceInstance } from '../model/index.ts';
import { describe } from '../model/index.ts';

/** Pushes every fault of `instance`; false when it has no id to go on with. */
export function checkInstance(instance: ServiceInstance, path: string, faults: Fault[]): boolean {
  if (typeof instance !== 'object' || instance === null || Array.isArray(instance)) {
    faults.push({ path, expected: 'an instance: { id, ... }', received: describe(instance) });
    return false;
  }
  const { id, weight, priority, zone, url, host, port } = instance;
  const fault = (key: string, expected: string, value: unknown): void => {
    faults.push({ path: `${path}.${key}`, expected, received: describe(value) });
  };
  const hasId = typeof id === 'string' && id.length >= 1 && id.length <= 256;
  if (!hasId) fault('id', 'a text of 1 to 256 characters', id);
  if (weight !== undefined && !(typeof weight === 'number' && weight > 0 && weight <= 1e6))
    fault('weight', 'a number above 0 up to 1000000', weight);
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= 0 && priority <= 1000))
    fault('priority', 'a whole number from 0 to 1000', priority);
  if (zone !== undefined && !isText(zone, 256)) fault('zone', 'a text of 1 to 256 characters', zone);
  if (url !== undefined && !isText(url, 2048)) fault('url', 'a text of 1 to 2048 characters', url);
  if (host !== undefined && !isText(host, 255)) fault('host', 'a text of 1 to 255 characters', host);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535))
    fault('port', 'a whole number from 1 to 65535', port);
  return hasId;
}

function isText(value: unknown, longest: number): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= longest;
}
