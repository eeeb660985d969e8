// Requests that have been read and wait, over all connections of a listener.
//
// One read brings up to 64 KiB, which is more than two thousand small requests, and each of them costs a hundred times its
// bytes once it is an object. A bound for each connection alone would be multiplied by the number of connections, so
// there is one for all. Whoever has sent more than a connection may is the first to go: a flood must not cost a client
// that sent two requests at once its connection.

import type { Connection } from './connection.ts';

export class Backlog {
  readonly #maxWaiting: number;
  /** Of those that sent too much, the longest in the fault first. */
  readonly #excessive = new Set<Connection>();
  #held = 0;

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  /** One more request of `connection` is held; beyond the bound, a connection is destroyed for it, perhaps this one. */
  add(connection: Connection, isExcessive: boolean): void {
    this.#held++;
    if (isExcessive) this.#excessive.add(connection);
    if (this.#held <= this.#maxWaiting) return;
    const [first = connection] = this.#excessive;
    // Tells us by `remove`.
    first.destroy();
  }

  remove(connection: Connection, count: number): void {
    this.#held -= count;
    this.#excessive.delete(connection);
  }

  served(): void {
    this.#held--;
  }
}
