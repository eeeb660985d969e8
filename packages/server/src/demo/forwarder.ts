// A plain forwarder over node:http for the rules that hale is compared with. It gives them what hale has here: kept
// connections, the same time-out, retries on another instance if the rule has them, for the same failures (no answer,
// or an answer that blames the instance), answers that pass unchanged. It has no retry budget: that favours them.

import { isRepeatable } from 'hale/engine';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Policy } from './policy.ts';
import { epochNow } from './threads.ts';

export interface ForwarderOptions {
  readonly policy: Policy;
  /** Where each instance listens, on loopback. */
  readonly ports: ReadonlyMap<string, number>;
  readonly retries: number;
  readonly timeoutMs: number;
}

export interface RunningProxy {
  readonly port: number;
  close(): Promise<void>;
}

/** A larger body is refused with 413: the demo sends 1 KiB. */
const LARGEST_BODY = 65_536;

export async function startForwarder(options: ForwarderOptions): Promise<RunningProxy> {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    readBody(request).then(
      (body) => (body ? forward(request, body, response, options, agent) : answer(response, 413)),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address() as { port: number };
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

async function forward(
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  { policy, ports, retries, timeoutMs }: ForwarderOptions,
  agent: Agent,
): Promise<void> {
  const tried: string[] = [];
  let last: IncomingMessage | undefined;
  while (tried.length <= retries) {
    const id = policy.pick(tried, epochNow());
    if (id === undefined) break;
    tried.push(id);
    last?.resume(); // the failed answer before this one is read to its end, so that its connection can be used again
    last = await attempt(request, body, { port: ports.get(id)!, agent, timeoutMs }).catch(() => undefined);
    if (last && last.statusCode! < 500) policy.succeeded(id, epochNow());
    else policy.failed(id, epochNow());
    if (last && !isRepeatable(last.statusCode!)) break;
  }
  if (!last) return answer(response, tried.length > 0 ? 502 : 503);
  response.writeHead(last.statusCode!, last.headers);
  last.on('error', () => response.destroy());
  last.on('aborted', () => response.destroy());
  last.pipe(response);
}

interface Way {
  readonly port: number;
  readonly agent: Agent;
  readonly timeoutMs: number;
}

/** One try: resolves with the answer's head. */
function attempt(from: IncomingMessage, body: Buffer, { port, agent, timeoutMs }: Way): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { ...from.headers, connection: 'keep-alive' };
    const outgoing = httpRequest(
      { host: '127.0.0.1', port, path: from.url, method: from.method, headers, agent },
      (incoming) => {
        clearTimeout(timer);
        resolve(incoming);
      },
    );
    const timer = setTimeout(() => outgoing.destroy(new Error('no answer in time')), timeoutMs);
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end(body);
  });
}

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end();
}

/** The whole body, or undefined when it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
