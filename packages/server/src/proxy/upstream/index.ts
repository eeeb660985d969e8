// The instances' side: one forwarder for each service, one pool for each instance.

import type { AddressRule } from 'hale/checks';
import type { Attempt, Dispatch, Endpoint, Forwarder } from '../attempt.ts';
import { Pool } from './pool.ts';
import type { PoolLimits } from './pool.ts';
import { sendVia } from './send.ts';
import type { SendLimits } from './send.ts';

export type ForwarderOptions = PoolLimits & SendLimits & { readonly isForbidden: AddressRule };

export function createForwarder(options: ForwarderOptions): Forwarder {
  const pools = new Map<string, Pool>();
  const poolOf = (endpoint: Endpoint): Pool => {
    const key = keyOf(endpoint);
    let pool = pools.get(key);
    if (!pool) pools.set(key, (pool = new Pool(endpoint, options, options.isForbidden)));
    return pool;
  };
  const retain = (instances: readonly Endpoint[]): void => {
    const keys = new Set(instances.map(keyOf));
    for (const [key, pool] of pools) {
      if (keys.has(key)) continue;
      pools.delete(key);
      pool.retire();
    }
  };
  return {
    send: (dispatch: Dispatch): Attempt => sendVia(poolOf(dispatch.endpoint), dispatch, options),
    retain,
    close: () => retain([]),
  };
}

function keyOf({ host, port }: Endpoint): string {
  return `${host} ${port}`;
}
