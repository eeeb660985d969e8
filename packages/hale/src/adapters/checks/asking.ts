// What the ready checks have in common: an address, whether it may be asked, a time, and failures that say why.

import type { LookupFunction } from 'node:net';
import type { Check, CheckAnswer } from '../../core/checking/index.ts';
import type { Address } from './address.ts';
import { addressOf, isFailure } from './address.ts';
import type { AddressRule } from './address-rule.ts';
import { forbiddenAddress, guardedLookup } from './address-rule.ts';
import { failureOf } from './failure.ts';
import { withTimeout } from './options.ts';

export interface AskPlan {
  /** Instead of the instance's own. */
  readonly port: number | undefined;
  readonly timeoutMs: number | undefined;
  /** Needs node:dns. */
  readonly isForbidden: AddressRule | undefined;
}

/** Where to ask. `lookup`, when there is one, resolves names in place of the runtime's own. */
export interface Asked extends Address {
  readonly signal: AbortSignal;
  readonly lookup: LookupFunction | undefined;
}

/** A check that asks the instance's address; what `ask` rejects with becomes a failure. */
export function checkBy({ port, timeoutMs, isForbidden }: AskPlan, ask: (asked: Asked) => Promise<CheckAnswer>): Check {
  return async (instance, context) => {
    const address = addressOf(instance, port);
    if (isFailure(address)) return address;
    const signal = withTimeout(context.signal, timeoutMs);
    try {
      const lookup = isForbidden && (await guard(address, isForbidden));
      return await ask({ ...address, signal, lookup });
    } catch (error) {
      return failureOf(error, signal);
    }
  };
}

async function guard({ hostname, port }: Address, isForbidden: AddressRule): Promise<LookupFunction> {
  // An address is not looked up.
  const isAddress = hostname.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(hostname);
  if (isAddress && isForbidden(hostname, port)) throw forbiddenAddress(hostname);
  const { lookup } = await import('node:dns');
  return guardedLookup(lookup, port, isForbidden);
}
