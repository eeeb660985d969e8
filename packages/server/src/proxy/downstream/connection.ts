// One connection of a client: its requests one after the other, in the order in which they came.
//
// A client may send the next request before the last is answered (pipelining). They are carried out one at a time: two
// of them at once would let a DELETE overtake the PUT before it. What has been read ahead waits here, and the socket is
// not read while anything waits. A read that has been made is still parsed whole, so what is in it beyond the bound is
// passed over, and the connection ends with the answers to what is within it; a client must be ready for that (RFC 9112
// section 9.3.2).
//
// Whatever goes wrong with a later request is said in its turn, behind the answers before it.

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ProxyLimits } from '../limits.ts';
import type { Problem } from '../problem.ts';
import type { Backlog } from './backlog.ts';
import type { HttpClient } from './client.ts';
import { isLingering, linger, lingerOnClose } from './linger.ts';

type Serve = () => Promise<void>;

export class Connection {
  readonly socket: Socket;
  /** Whose request is being answered. */
  serving: HttpClient | undefined;
  readonly #limits: ProxyLimits;
  readonly #backlog: Backlog;
  readonly #onIdle: (connection: Connection) => void;
  readonly #waiting: Serve[] = [];
  /** What this connection counts for in the backlog: those that wait, and those that were passed over. */
  #held = 0;
  #isBusy = false;
  #isEnding = false;
  #last: IncomingMessage | undefined;
  #fault: Problem | undefined;

  constructor(socket: Socket, limits: ProxyLimits, backlog: Backlog, onIdle: (connection: Connection) => void) {
    this.socket = socket;
    this.#limits = limits;
    this.#backlog = backlog;
    this.#onIdle = onIdle;
    // The runtime resumes the socket by itself, whenever an answer has ended: each would let another read in.
    socket.on('resume', () => {
      if (this.#mustPause) socket.pause();
    });
    socket.once('close', () => this.#release());
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** No request but those that wait will be answered. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Requests that came and wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Carries `serve` out when all before it are done. What rejects costs the connection. */
  enqueue(request: IncomingMessage, serve: Serve): void {
    const { socket } = this;
    if (isLingering(socket) || socket.destroyed) return;
    if (this.#isEnding) this.#hold(true);
    else if (this.#isBusy && this.#waiting.length >= this.#limits.maxWaitingPerConnection) {
      this.#isEnding = true;
      lingerOnClose(socket, this.#limits);
      this.#hold(true);
    } else {
      this.#last = request;
      this.#push(serve);
    }
  }

  /** Carries `close`, which closes the connection, out when all before it are done; nothing that comes later counts. */
  end(close: () => void): void {
    if (this.#isEnding || isLingering(this.socket) || this.socket.destroyed) return;
    this.#isEnding = true;
    this.#push(async () => close());
  }

  /** What comes now is not HTTP: within the body of the last request, or behind it, where `close` answers for it. */
  fail(fault: Problem, close: () => void): void {
    if (this.#last === undefined || this.#last.complete) return this.end(close);
    if (this.#isEnding || isLingering(this.socket)) return;
    this.#isEnding = true;
    this.#fault = fault;
    if (this.#waiting.length > 0) this.socket.pause();
    else if (this.serving) this.serving.giveUp(fault);
    else linger(this.socket, this.#limits);
  }

  /** What is wrong with a request that came to its turn. */
  faultOf(request: IncomingMessage): Problem | undefined {
    return request === this.#last ? this.#fault : undefined;
  }

  /** At once, with everything that was held for it. */
  destroy(): void {
    const { socket } = this;
    if (socket.destroyed) return;
    socket.destroy();
    this.#release();
    // The runtime lets go of a connection's requests at its 'close', which comes only after all other sockets have been
    // read: a flood over many connections would be in memory as a whole before the first of them is freed. So it is told
    // as soon as it has parsed this read; the second 'close' finds nothing left to do.
    queueMicrotask(() => socket.emit('close'));
  }

  get #mustPause(): boolean {
    return !isLingering(this.socket) && (this.#waiting.length > 0 || (this.#isEnding && this.#isBusy));
  }

  #push(serve: Serve): void {
    if (!this.#isBusy) return void this.#serveAll(serve);
    this.#waiting.push(serve);
    this.socket.pause();
    this.#hold(false);
  }

  #hold(isExcessive: boolean): void {
    this.#held++;
    this.#backlog.add(this, isExcessive);
  }

  #release(): void {
    this.#waiting.length = 0;
    this.#backlog.remove(this, this.#held);
    this.#held = 0;
  }

  async #serveAll(first: Serve): Promise<void> {
    const { socket } = this;
    this.#isBusy = true;
    for (let serve: Serve | undefined = first; serve !== undefined; serve = this.#next()) {
      try {
        await serve();
      } catch {
        // A fault of ours. Without an answer the client must not wait for one, and the process must not end by it.
        socket.destroy();
      }
      this.serving = undefined;
      if (socket.destroyed || isLingering(socket)) this.#waiting.length = 0;
    }
    this.#isBusy = false;
    if (this.#isEnding && !socket.destroyed) linger(socket, this.#limits);
    this.#onIdle(this);
  }

  #next(): Serve | undefined {
    const serve = this.#waiting.shift();
    if (serve === undefined) return undefined;
    this.#held--;
    this.#backlog.served();
    // The last may have a body, which is still to be read.
    if (!this.#mustPause) this.socket.resume();
    return serve;
  }
}
