// Our rendering of undici's BalancedPool beside undici itself: one trace of connections made, refused and broken, between
// picks, and both must take the same upstream each time. Nothing is connected: its upstreams are clients that only note
// that they were asked.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BalancedPool, Client, errors } from 'undici';
import { seededRandom } from '../../core/kernel/index.ts';
import { BalancedWeights } from './balanced-weights.ts';

const STEPS = 5000;

describe('our BalancedPool', () => {
  for (const [seed, instances] of [
    [1, 1],
    [2, 3],
    [3, 8],
  ] as const)
    test(`chooses as undici does over ${STEPS} steps, ${instances} upstreams`, async () => {
      const { pool, clients, take } = theirPool(instances);
      const ours = new BalancedWeights(instances);
      const random = seededRandom(seed);
      const lowest = new Set<number>();
      for (let step = 0; step < STEPS; step++) {
        // The first half of the fleet is the worse one, for spells.
        const instance = Math.floor(random() * instances);
        const isSick = instance <= instances / 2 && Math.floor(step / 500) % 2 === 1;
        const client = clients[instance];
        const origin = new URL(originOf(instance));
        const drawn = random();
        if (drawn < (isSick ? 0.05 : 0.3)) {
          client.emit('connect', origin, [client]);
          ours.connected(instance);
        } else if (drawn < (isSick ? 0.4 : 0.32)) {
          client.emit('connectionError', origin, [client], new errors.ConnectTimeoutError());
          ours.failed(instance);
        } else if (drawn < (isSick ? 0.8 : 0.34)) {
          client.emit('disconnect', origin, [client], new errors.SocketError('other side closed'));
          ours.failed(instance);
        } else if (drawn < 0.9) {
          // Time-outs close a connection as well, and cost nothing.
          client.emit('disconnect', origin, [client], new errors.HeadersTimeoutError());
        }
        assert.equal(ours.choose(), take(), `pick at step ${step}`);
        for (const [at, one] of clients.entries()) {
          assert.equal(ours.weight(at), weightOf(one), `weight of ${at} after step ${step}`);
          if (weightOf(one) === 1) lowest.add(at);
        }
      }
      // The trace has been to the bottom, or it proves little.
      assert.ok(lowest.size > 0);
      await pool.destroy();
    });
});

function originOf(instance: number): string {
  return `http://127.0.0.1:${9000 + instance}`;
}

interface Theirs {
  readonly pool: BalancedPool;
  readonly clients: readonly Client[];
  /** The upstream that its next request would go to. */
  readonly take: () => number;
}

function theirPool(instances: number): Theirs {
  const clients: Client[] = [];
  let taken = -1;
  const pool = new BalancedPool(
    Array.from({ length: instances }, (_, instance) => originOf(instance)),
    {
      factory(origin: URL) {
        const place = clients.length;
        const client = new Client(origin);
        client.dispatch = () => {
          taken = place;
          return true;
        };
        clients.push(client);
        return client;
      },
    },
  );
  return {
    pool,
    clients,
    take() {
      taken = -1;
      pool.dispatch({ path: '/', method: 'GET' }, {});
      return taken;
    },
  };
}

/** It keeps the weight under a symbol that it does not export. */
function weightOf(client: Client): number {
  const symbol = Object.getOwnPropertySymbols(client).find(({ description }) => description === 'kWeight')!;
  return (client as unknown as Record<symbol, number>)[symbol];
}
