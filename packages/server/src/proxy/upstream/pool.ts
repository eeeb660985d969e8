// Connections to one instance that are kept for the next request: last in, first out, so that those not needed grow old
// and are closed, and the young ones are least likely to be closed by the instance at this very moment.

import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import type { AddressRule } from 'hale/checks';
import type { Endpoint } from '../attempt.ts';
import { dial } from './dial.ts';

export interface PoolLimits {
  readonly connectMs: number;
  /** An unused connection is closed after so long, or as early as the instance announces in `Keep-Alive`. */
  readonly idleMs: number;
  readonly maxIdle: number;
}

export class Pool extends Agent {
  readonly #endpoint: Endpoint;
  readonly #limits: PoolLimits;
  readonly #isForbidden: AddressRule;
  #isRetired = false;

  // The number in use is bounded by the leases of the service, so there is no second queue here.
  constructor(endpoint: Endpoint, limits: PoolLimits, isForbidden: AddressRule) {
    super({
      keepAlive: true,
      scheduling: 'lifo',
      maxSockets: Infinity,
      maxFreeSockets: limits.maxIdle,
      timeout: limits.idleMs,
    });
    this.#endpoint = endpoint;
    this.#limits = limits;
    this.#isForbidden = isForbidden;
  }

  /** A connection of nobody yet. */
  override createConnection(): Socket {
    return dial(this.#endpoint, this.#limits.connectMs, this.#isForbidden);
  }

  override keepSocketAlive(socket: Socket): boolean {
    return !this.#isRetired && (super.keepSocketAlive as (socket: Socket) => unknown)(socket) !== false;
  }

  /** Closes what is unused; what is in use closes when its answer has ended. */
  retire(): void {
    this.#isRetired = true;
    for (const sockets of Object.values(this.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }
}
