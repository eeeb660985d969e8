// One connection of a client: its requests one after the other, in the order in which they came.
//
// A client may send the next request before the last is answered (pipelining). They are carried out one at a time: two
// of them at once would let a DELETE overtake the PUT before it. What has been read ahead waits here, and the socket is
// not read further until it is served, so the queue is bounded by one read.

import type { Socket } from 'node:net';
import { isLingering } from './linger.ts';

export class Connection {
  readonly socket: Socket;
  #isBusy = false;
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #onIdle: (connection: Connection) => void;

  constructor(socket: Socket, onIdle: (connection: Connection) => void) {
    this.socket = socket;
    this.#onIdle = onIdle;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Requests that came and wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Carries `serve` out when all before it are done. What rejects costs the connection. */
  enqueue(serve: () => Promise<void>): void {
    if (isLingering(this.socket)) return;
    if (this.#isBusy) {
      this.#waiting.push(serve);
      this.socket.pause();
      return;
    }
    void this.#serveAll(serve);
  }

  async #serveAll(first: () => Promise<void>): Promise<void> {
    this.#isBusy = true;
    for (let serve: (() => Promise<void>) | undefined = first; serve !== undefined; serve = this.#waiting.shift()) {
      try {
        await serve();
      } catch {
        // A fault of ours. Without an answer the client must not wait for one, and the process must not end by it.
        this.socket.destroy();
      }
      if (this.socket.destroyed || isLingering(this.socket)) this.#waiting.length = 0;
      else if (this.#waiting.length === 1) this.socket.resume();
    }
    this.#isBusy = false;
    this.#onIdle(this);
  }
}
