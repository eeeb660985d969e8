// undici's BalancedPool: weighted round robin whose weights know connections only. An answer of 500 is a good answer to it.
//
// How endings are mapped to its events. `connect` is a connectionError: -15. `reset` is a disconnect with UND_ERR_SOCKET: -15.
// A request that needed a new connection and was not refused one is a connect: +15, told when it ends. A time-out and a
// withdrawn request close their connection too, but with another code, which costs nothing; and the next connect even
// earns 15. All other answers leave the connection open. What breaks while idle is not seen here, though it costs 15
// there. Requests that failed are not passed over by it; here the next choice is asked for, as often as the fleet is
// large, and then whoever is next in order.
//
// It takes nobody out of rotation, so it never reports an ejection: the lowest weight is 1, one turn in a hundred rounds.
//
// Source: undici 7.30.2, lib/dispatcher/balanced-pool.js:96, lib/dispatcher/client-h1.js:1010, lib/dispatcher/client.js:522.

import { BalancedWeights } from './balanced-weights.ts';
import type { PolicyEntry } from '../policy.ts';
import { PoolSockets } from './pool-sockets.ts';

export const balancedPool: PolicyEntry = {
  name: 'balanced-pool',
  doc: 'weighted round robin; a broken connection takes 15 of 100 from a weight, a new one gives 15 back',
  source: 'nodejs/undici 7.30.2, lib/dispatcher/balanced-pool.js:164',
  make({ scenario }) {
    const { instances } = scenario.fleet;
    const weights = new BalancedWeights(instances);
    const sockets = Array.from({ length: instances }, () => new PoolSockets());
    return {
      pick({ now, tried }) {
        let instance = weights.choose();
        for (let others = 1; others < instances && tried.includes(instance); others++) instance = weights.choose();
        // A weight of 1 beside 100 may not have had its turn by then.
        for (let others = 1; others < instances && tried.includes(instance); others++)
          instance = (instance + 1) % instances;
        const { socket, isNew } = sockets[instance].take(now);
        return {
          instance,
          ended(ending, at) {
            if (isNew && ending !== 'connect') weights.connected(instance);
            if (ending === 'connect' || ending === 'reset') weights.failed(instance);
            const isOpen =
              ending === 'good' || ending === 'server-error' || ending === 'overload' || ending === 'other';
            sockets[instance].release(socket, isOpen, at);
          },
        };
      },
      look: (instance) => ({ score: weights.weight(instance) / 100, circuit: 'closed' }),
    };
  },
};
