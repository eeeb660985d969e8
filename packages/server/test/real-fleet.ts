// Real instances, a real proxy before them, and real clients, for tests on sockets. Ports are ephemeral; everything is
// closed when the test ends.

import { createServer, request as httpRequest } from 'node:http';
import type { Agent, IncomingHttpHeaders, RequestListener, ServerOptions } from 'node:http';
import { connect, createServer as createNetServer } from 'node:net';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { serve } from '../src/index.ts';
import type { ConfigInput, ProxyLimits, Server } from '../src/index.ts';

export interface RealInstance {
  readonly id: string;
  readonly url: string;
  readonly port: number;
  /** Sockets that were opened to it so far. */
  readonly connections: () => number;
  /** Closes its door and cuts every connection. */
  kill(): Promise<void>;
}

type Ending = Pick<TestContext, 'after'>;

/** An instance that speaks HTTP. */
export function startInstance(
  t: Ending,
  id: string,
  handler: RequestListener,
  options: ServerOptions = {},
): Promise<RealInstance> {
  return open(t, id, createServer({ keepAliveTimeout: 60_000, ...options }, handler));
}

/** An instance that does with each connection what it likes. */
export function startRawInstance(t: Ending, id: string, onSocket: (socket: Socket) => void): Promise<RealInstance> {
  return open(
    t,
    id,
    createNetServer((socket) => {
      socket.on('error', () => {});
      onSocket(socket);
    }),
  );
}

async function open(t: Ending, id: string, server: NetServer): Promise<RealInstance> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const kill = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      // Resetting a socket that is shutting down leaks its handle, and before Node 26 the process then never ends.
      for (const socket of sockets) {
        if (socket.writableEnded) socket.destroy();
        else socket.resetAndDestroy();
      }
    });
  t.after(kill);
  return { id, port, url: `http://127.0.0.1:${port}`, connections: () => connections, kill };
}

type ServiceInput = ConfigInput['services'][string];

/** A proxy with one service over these instances. Checks are off, so that what is seen comes from requests. */
export async function proxyTo(
  t: Ending,
  instances: readonly { readonly id: string; readonly url: string }[],
  service: Partial<ServiceInput> = {},
  more: Partial<ConfigInput> = {},
  limits: Partial<ProxyLimits> = {},
): Promise<Server> {
  const server = await serve(
    {
      listen: '127.0.0.1:0',
      exposeInstance: true,
      ...more,
      services: { s: { instances: instances.map(({ id, url }) => ({ id, url })), ...service } },
    },
    // No client of a test is caught between two requests.
    { limits: { lastCallMs: 20, ...limits } },
  );
  t.after(() => server.close({ drainTimeoutMs: 0 }));
  return server;
}

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly rawTrailers: readonly string[];
  readonly body: Buffer;
  readonly informed: readonly number[];
}

export interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
}

/** One request. Rejects when the answer is broken or there is none. */
export function ask(url: string, { method = 'GET', path = '/', headers = {}, body, agent }: Ask = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const informed: number[] = [];
    const request = httpRequest(new URL(path, url), { method, headers, agent: agent ?? false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode, headers: got, rawHeaders, rawTrailers } = response;
        resolve({
          status: statusCode ?? 0,
          headers: got,
          rawHeaders,
          rawTrailers,
          body: Buffer.concat(chunks),
          informed,
        });
      });
    });
    request.on('information', ({ statusCode }) => informed.push(statusCode));
    request.on('error', reject);
    request.end(body);
  });
}

export function codeOf({ body }: Pick<Got, 'body'>): string {
  return (JSON.parse(body.toString()) as { code: string }).code;
}

/** Sends bytes as they are, and resolves with all that came back when the other side closes, or after `quietMs` of silence. */
export function talk(port: number, bytes: string | Buffer, quietMs = 250): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
    );
    let heard = '';
    const quiet = setTimeout(() => socket.destroy(), quietMs);
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      quiet.refresh();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(quiet);
      resolve(heard);
    });
  });
}

export function portOf(server: Server): number {
  return Number(new URL(server.url!).port);
}

/** Resolves when `isSo` is; the bound is for a test that fails, not for one that is slow. */
export async function until(isSo: () => boolean, what = 'the condition'): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${what} did not come true within 10 s`);
}
