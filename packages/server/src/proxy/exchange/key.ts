// Keys of a request: the part that must find the same instance again, which the hashing strategies hash, and whose request
// it is.

import type { RequestHead } from '../client.ts';
import { valuesOf } from '../http1/index.ts';

/** `header`: its first value (name in lower case); a request without it has no key. `path`: without the query. */
export type HashKey =
  | { readonly from: 'client-address' }
  | { readonly from: 'path' }
  | { readonly from: 'header'; readonly name: string };

/**
 * Whose request it is: its path without the query, and its client. A path that fails everywhere is found by itself, and so
 * is a client whose requests are bad wherever they go. A client behind a Unix socket has no address.
 */
export function blameKeyOf({ path, clientAddress }: RequestHead): readonly string[] {
  const end = path.indexOf('?');
  const route = end < 0 ? path : path.slice(0, end);
  return clientAddress === undefined ? [route] : [route, clientAddress];
}

export function keyOf(head: RequestHead, key: HashKey | undefined): string | undefined {
  switch (key?.from) {
    case undefined:
      return undefined;
    case 'client-address':
      return head.clientAddress;
    case 'path':
      return head.path.split('?', 1)[0];
    case 'header':
      return valuesOf(head.fields, key.name)[0];
  }
}
