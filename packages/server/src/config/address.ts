// Addresses to listen on, as text: `127.0.0.1:8080`, `[::1]:8080`, `localhost:0`, `unix:/run/hale.sock`.

import { isIPv6 } from 'node:net';
import type { Address } from './config.ts';

/** What is accepted, in words. */
export const ADDRESS_EXPECTED = "an address such as '127.0.0.1:8080', '[::1]:8080' or 'unix:/run/hale.sock'";

/** A Unix socket's path has 108 bytes in the system's structure, one of which ends it. */
const LONGEST_SOCKET_PATH = 107;

/** The address of a text, or undefined. A missing name is refused: whoever wants every interface says so with 0.0.0.0. */
export function parseAddress(text: string): Address | undefined {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length);
    const isUsable =
      path.startsWith('/') &&
      !path.endsWith('/') &&
      Buffer.byteLength(path) <= LONGEST_SOCKET_PATH &&
      !path.includes('\0');
    return isUsable ? { kind: 'unix', path } : undefined;
  }
  const match = /^(?:\[([^\]]{1,64})\]|([A-Za-z0-9._-]{1,253})):(\d{1,5})$/.exec(text);
  if (!match) return undefined;
  const [, bracketed, name, digits] = match;
  const port = Number(digits);
  if (port > 65_535 || (bracketed !== undefined && !isIPv6(bracketed))) return undefined;
  return { kind: 'tcp', host: bracketed ?? name ?? '', port };
}

/** What was meant by a text that is no address, when it is clear: a port alone, or a URL. */
export function meantAddress(text: string): string | undefined {
  const [, before, port] = /^(\*:|:)?(\d{1,5})$/.exec(text) ?? [];
  const [, authority] = /^https?:\/\/([^/]+)\/?$/.exec(text) ?? [];
  const meant = port === undefined ? (authority ?? '') : `${before === '*:' ? '0.0.0.0' : '127.0.0.1'}:${port}`;
  return parseAddress(meant) && meant;
}

/** The same address as text. */
export function formatAddress(address: Address): string {
  if (address.kind === 'unix') return `unix:${address.path}`;
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}
