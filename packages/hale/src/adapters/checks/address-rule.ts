// Addresses that are not connected to, judged at the moment of connecting: see `link-local.ts` for why not earlier.

import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** Whether an address (never a name) is one that must not be connected to. */
export type AddressRule = (address: string, port: number) => boolean;

/** Code of the error when a rule forbids an address. */
export const FORBIDDEN_ADDRESS = 'HALE_FORBIDDEN_ADDRESS';

export function forbiddenAddress(address: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`connecting to ${address} is not allowed`), { code: FORBIDDEN_ADDRESS });
}

/** As `node:dns` has it. */
export type Lookup = (
  name: string,
  options: LookupOptions,
  done: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void,
) => void;

/** A look-up that fails when any of the addresses it finds is forbidden. */
export function guardedLookup(lookup: Lookup, port: number, isForbidden: AddressRule): LookupFunction {
  return (name, options, done) => {
    lookup(name, options, (error, result, family) => {
      if (!error) {
        const addresses = typeof result === 'string' ? [result] : result.map(({ address }) => address);
        const bad = addresses.find((address) => isForbidden(address, port));
        // One bad address among good ones is no accident: nobody lists a metadata service beside a web server.
        if (bad !== undefined) return done(forbiddenAddress(bad), typeof result === 'string' ? '' : [], family);
      }
      done(error, result, family);
    });
  };
}
