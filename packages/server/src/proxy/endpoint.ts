// Where an instance is, by the rule that its checks follow too.

import type { ServiceInstance } from 'hale';
import { addressOf } from 'hale/checks';
import type { Endpoint } from './attempt.ts';

/** undefined: nowhere that plain HTTP goes. Read once for each object, since a url costs parsing. */
export function endpointOf(instance: ServiceInstance): Endpoint | undefined {
  const known = KNOWN.get(instance);
  if (known) return known;
  const endpoint = read(instance);
  if (endpoint) KNOWN.set(instance, endpoint);
  return endpoint;
}

const KNOWN = new WeakMap<ServiceInstance, Endpoint>();

function read(instance: ServiceInstance): Endpoint | undefined {
  const address = addressOf(instance);
  return 'kind' in address || address.isSecure ? undefined : { host: address.hostname, port: address.port };
}
