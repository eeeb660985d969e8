// The connections that undici's Pool keeps to one origin, as far as they matter to the weights of a BalancedPool: when a
// request needs a new connection. One request at a time on each; the first free one is taken, in the order in which they
// were made; none is closed for being too many; one that was idle for 4 s is closed and made anew when its turn comes.
//
// Source: undici 7.30.2, lib/dispatcher/pool.js:99 (the first client that needs no drain, else a new one) and
// lib/dispatcher/client.js:253 (keepAliveTimeout 4 s, pipelining 1).

const IDLE_MS = 4000;

export class PoolSockets {
  /** Since when each is idle. */
  readonly #idleSince: number[] = [];

  /** The socket that a request goes by, and whether it must be connected first. */
  take(now: number): { readonly socket: number; readonly isNew: boolean } {
    let socket = this.#idleSince.findIndex((since) => since !== BUSY);
    if (socket < 0) socket = this.#idleSince.push(CLOSED) - 1;
    const isNew = now - this.#idleSince[socket] > IDLE_MS;
    this.#idleSince[socket] = BUSY;
    return { socket, isNew };
  }

  /** Its request is over; `isOpen`: the connection may carry another. */
  release(socket: number, isOpen: boolean, now: number): void {
    this.#idleSince[socket] = isOpen ? now : CLOSED;
  }
}

const BUSY = Infinity;
const CLOSED = -Infinity;
