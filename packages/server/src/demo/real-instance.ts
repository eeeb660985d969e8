// One real instance: an HTTP server on a loopback port of its own that suffers what the script says, with the effects
// that the real thing has. A crash closes the listener and resets every socket; a burst of resets does the second only;
// a black hole accepts and never answers. What to do with a request is `behave`'s word; this file only does it.

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { FaultScript, FleetRequest, Random } from 'hale/testing';
import { behave, faultsAt, isTurnedAway, isRefusing, lognormal, nextBreak } from 'hale/testing';

export interface RealInstanceOptions {
  readonly id: string;
  readonly script: FaultScript;
  readonly random: Random;
  /** Mean time of the work in ms. */
  readonly serviceMs: number;
  /** Milliseconds since the script's start. */
  now(): number;
}

/** What every good GET is answered with, and what a client checks for completeness. */
export const ANSWER: Buffer = Buffer.alloc(2048, 'hale ');
const SPREAD = 0.5;
const RECENT_MS = 1000;

export class RealInstance {
  readonly #options: RealInstanceOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #recent: number[] = [];
  #port = 0;
  #listening = false;
  #brokenUpTo = -1;
  /** Requests of the traffic, checks not counted. */
  requests = 0;

  constructor(options: RealInstanceOptions) {
    this.#options = options;
    this.#server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => this.#serve(request, response));
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Resolves with the port. */
  async start(): Promise<number> {
    await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(0, '127.0.0.1', resolve));
    this.#server.removeAllListeners('error');
    // While it was down, another socket may have been given its port; then it stays down until the next tick.
    this.#server.on('error', () => (this.#listening = false));
    this.#listening = true;
    this.#port = (this.#server.address() as { port: number }).port;
    return this.#port;
  }

  /** Brings listener and sockets in line with the script; called every few milliseconds. */
  tick(): void {
    const now = this.#options.now();
    const active = faultsAt(this.#options.script, this.#options.id, now);
    const isDown = isRefusing(active, now);
    if (isDown && this.#listening) {
      this.#listening = false;
      this.#server.close();
    } else if (!isDown && !this.#listening) {
      this.#listening = true;
      this.#server.listen(this.#port, '127.0.0.1');
    }
    if (nextBreak(active, this.#brokenUpTo + 0.001) <= now)
      for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#brokenUpTo = now;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #serve(incoming: IncomingMessage, response: ServerResponse): void {
    const { script, id, random, serviceMs } = this.#options;
    const now = this.#options.now();
    const request: FleetRequest = {
      method: incoming.method === 'PUT' ? 'PUT' : 'GET',
      check: incoming.url === '/health',
      poison: incoming.url === '/poison',
    };
    if (!request.check) this.requests += 1;
    while (this.#recent.length > 0 && this.#recent[0] <= now - RECENT_MS) this.#recent.shift();

    const serviceTime = request.check ? 1 : lognormal(serviceMs, SPREAD, random);
    const behaviour = behave(faultsAt(script, id, now), request, {
      now,
      random,
      serviceMs: serviceTime,
      recent: this.#recent.length,
    });
    if (!request.check && !isTurnedAway(behaviour)) this.#recent.push(now);
    if (behaviour.kind === 'hang') return;
    if (behaviour.kind === 'refuse') return void incoming.socket.resetAndDestroy();
    incoming.resume();
    const work = setTimeout(() => {
      if (behaviour.kind === 'reset') return void incoming.socket.resetAndDestroy();
      const headers: Record<string, string | number> = {
        'content-type': 'text/plain',
        'content-length': ANSWER.length,
      };
      if (behaviour.retryAfterMs !== undefined) headers['retry-after'] = Math.ceil(behaviour.retryAfterMs / 1000);
      response.writeHead(behaviour.status, headers);
      if (!behaviour.truncated) return void response.end(ANSWER);
      response.write(ANSWER.subarray(0, ANSWER.length / 2), () => incoming.socket.destroy());
    }, behaviour.latencyMs);
    response.on('close', () => clearTimeout(work)); // answered, or nobody waits any more
  }
}
