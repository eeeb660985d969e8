// What the hashing strategies hash: the part of a request that must find the same instance again.

import type { RequestHead } from '../client.ts';
import { valuesOf } from '../http1/index.ts';

/** `header`: its first value (name in lower case); a request without it has no key. `path`: without the query. */
export type HashKey =
  | { readonly from: 'client-address' }
  | { readonly from: 'path' }
  | { readonly from: 'header'; readonly name: string };

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
