// A small server that can be told to fail, for the examples: real HTTP on a free port of this machine.

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface RunningInstance {
  readonly id: string;
  readonly url: string;
  readonly port: number;
  /** What it does with each request; may be changed while it runs. */
  handler: Handler;
  /** Requests that reached it. */
  asked: number;
  /** Closes its door and cuts every connection, as a crash does. */
  stop(): void;
}

export async function startInstance(id: string, handler: Handler = answerWith(id)): Promise<RunningInstance> {
  const server = createServer((request, response) => {
    instance.asked++;
    instance.handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const instance: RunningInstance = {
    id,
    url: `http://127.0.0.1:${port}`,
    port,
    handler,
    asked: 0,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
  return instance;
}

/** Answers after a few milliseconds, as something does that has work to do. */
export function answerWith(text: string, status = 200): Handler {
  return (_request, response) => setTimeout(() => response.writeHead(status).end(text), 4);
}

/** Calls `ask` so many times, four at once. */
export async function many(times: number, ask: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < times) await ask(next++);
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
}
