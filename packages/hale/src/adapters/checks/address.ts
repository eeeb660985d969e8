// Where an instance is: its `url`, or, when it has none, `host` and `port`. One rule for checks and for traffic: an instance
// that is asked at one address and used at another is condemned, or praised, for somebody else. The authority only, since
// paths are the request's own.

import type { CheckFailure } from '../../core/checking/index.ts';
import type { ServiceInstance } from '../../core/model/index.ts';
import { failure } from './failure.ts';

export interface Address {
  readonly isSecure: boolean;
  /** Without the brackets of an IPv6 address. */
  readonly hostname: string;
  readonly port: number;
  /** `scheme://authority`, brackets included. */
  readonly origin: string;
}

/** The instance's address, with another port if one is given; or why there is none. */
export function addressOf(instance: ServiceInstance, port?: number): Address | CheckFailure {
  if (instance.url !== undefined) {
    const url = parse(instance.url);
    if (!url) return missing(instance, 'its url cannot be read');
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      return missing(instance, `its url begins with ${url.protocol}`);
    const isSecure = url.protocol === 'https:';
    const own = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
    if (port === undefined && !isPort(own)) return missing(instance, `its url has the port ${own}`);
    return address(isSecure, unbracketed(url.hostname), port ?? own);
  }
  if (!instance.host) return missing(instance, 'it has neither url nor host');
  // It becomes part of a url: nothing in it may end the authority.
  if (!/^\[?[A-Za-z0-9._:%-]+\]?$/.test(instance.host)) return missing(instance, 'its host cannot be read');
  const chosen = port ?? instance.port;
  if (chosen === undefined) return missing(instance, 'it has a host but no port');
  if (!isPort(chosen)) return missing(instance, 'its port is none from 1 to 65535');
  return address(false, unbracketed(instance.host), chosen);
}

export function isFailure(value: Address | CheckFailure): value is CheckFailure {
  return 'kind' in value;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function address(isSecure: boolean, hostname: string, port: number): Address {
  const authority = hostname.includes(':') ? `[${hostname}]` : hostname;
  return { isSecure, hostname, port, origin: `${isSecure ? 'https' : 'http'}://${authority}:${port}` };
}

// URL.canParse and URL.parse are younger than the runtimes hale supports.
function parse(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

function unbracketed(hostname: string): string {
  return hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname;
}

// Its own cause would be `connect`, but nothing was tried: the configuration lacks something.
function missing(instance: ServiceInstance, why: string): CheckFailure {
  return failure('check', `instance ${JSON.stringify(instance.id.slice(0, 64))} has no usable address: ${why}`);
}
