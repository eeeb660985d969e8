// Where an instance is: its host and port, else what its url says.

import type { ServiceInstance } from 'hale';
import type { Endpoint } from './attempt.ts';

/** undefined: nowhere that plain HTTP goes. Instances that carry `host` and `port` cost no parsing. */
export function endpointOf({ host, port, url }: ServiceInstance): Endpoint | undefined {
  if (host !== undefined && port !== undefined) return host !== '' && isPort(port) ? { host, port } : undefined;
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, hostname, port: written } = new URL(url);
  if (protocol !== 'http:') return undefined;
  const number = written === '' ? 80 : Number(written);
  // A url brackets IPv6 addresses, a socket does not.
  return isPort(number) ? { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: number } : undefined;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}
