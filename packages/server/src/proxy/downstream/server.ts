// The clients' side: a node:http server with every limit set, which makes of each request a `Client` and hands it on.
//
// Its parser is strict (never `insecureHTTPParser`), and what it is lenient about is judged by `http1/framing`. Where it
// fails: a client that closes its half of the connection after its request is taken to have left, since from here the
// two look the same; node:http is the slowest part of the proxy by far.

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Client } from '../client.ts';
import { faultOf, readTarget } from '../http1/index.ts';
import type { ProxyLimits } from '../limits.ts';
import { problem } from '../problem.ts';
import { HttpClient } from './client.ts';
import { Connection } from './connection.ts';
import { problemOf, refuseBytes } from './refuse.ts';

export interface Downstream {
  /** Not listening yet. */
  readonly server: Server;
  readonly connections: ReadonlySet<Connection>;
  /** From now on every answer closes its connection. */
  drain(): void;
}

/** `handle` answers the client in every case and does not reject. */
export function createDownstream(handle: (client: Client) => Promise<void>, limits: ProxyLimits): Downstream {
  const connections = new Set<Connection>();
  const bySocket = new WeakMap<Socket, Connection>();
  let isDraining = false;

  const server = createServer({
    insecureHTTPParser: false,
    requireHostHeader: false, // judged with the other rules of framing, so that the answer is ours
    maxHeaderSize: limits.maxHeadBytes,
    headersTimeout: limits.headTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(1000, limits.headTimeoutMs),
    noDelay: true,
  });
  // The runtime drops what is beyond its count of fields in silence; the bound in bytes is the one that answers.
  server.maxHeadersCount = 0;
  server.maxRequestsPerSocket = limits.maxRequestsPerConnection;
  server.maxConnections = limits.maxConnections;

  server.on('connection', (socket: Socket) => {
    const connection = new Connection(socket, ({ socket: idle }) => {
      if (isDraining && !idle.destroyed) idle.destroySoon();
    });
    connections.add(connection);
    bySocket.set(socket, connection);
    socket.once('close', () => connections.delete(connection));
  });

  const accept = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void => {
    const connection = bySocket.get(request.socket);
    connection?.enqueue(() => serve(request, response, expectsContinue, () => isDraining && connection.waiting === 0));
  };
  const serve = async (
    request: IncomingMessage,
    response: ServerResponse,
    expectsContinue: boolean,
    isClosing: () => boolean,
  ): Promise<void> => {
    const isAnswered = new Promise<void>((resolve) => {
      if (response.destroyed) resolve();
      response.once('close', resolve);
    });
    const { head, fault } = readHead(request);
    const client = new HttpClient(head, request, response, limits, expectsContinue, isClosing);
    if (fault) client.refuse(fault, NO_ATTEMPT);
    else await handle(client);
    await isAnswered;
  };

  server.on('request', (request, response) => accept(request, response, false));
  server.on('checkContinue', (request, response) => accept(request, response, true));
  server.on('checkExpectation', (request, response) => {
    bySocket.get(request.socket)?.enqueue(async () => {
      const client = new HttpClient(readHead(request).head, request, response, limits, false, () => isDraining);
      client.refuse(
        problem('expectation-failed', 'The only expectation that is understood is 100-continue.'),
        NO_ATTEMPT,
      );
    });
  });
  server.on('connect', (_request, socket: Socket) => {
    socket.on('error', () => {});
    refuseBytes(socket, 'not-implemented', 'This proxy opens no tunnels.', false, limits);
  });
  server.on('clientError', (error, stream) => {
    const socket = stream as Socket;
    const [code, detail] = problemOf(error);
    const isReset = (error as NodeJS.ErrnoException).code === 'ECONNRESET';
    if (isReset) socket.destroy();
    // Bytes of an earlier answer may be half out. Whoever was waiting for it has broken the connection by itself.
    else refuseBytes(socket, code, detail, bySocket.get(socket)?.isBusy === true, limits);
  });

  return {
    server,
    connections,
    drain: () => {
      isDraining = true;
    },
  };
}

const NO_ATTEMPT: readonly string[] = ['x-hale-attempts', '0'];

function readHead(request: IncomingMessage): {
  head: HttpClient['head'];
  fault: ReturnType<typeof problem> | undefined;
} {
  const method = request.method ?? '';
  const target = readTarget(method, request.url ?? '');
  const fields = target?.authority === undefined ? request.rawHeaders : withHost(request.rawHeaders, target.authority);
  const framing = faultOf(request.httpVersion, request.rawHeaders);
  const head = {
    method,
    path: target?.path ?? '/',
    authority: target?.authority ?? request.headers.host ?? '',
    fields,
    clientAddress: request.socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, ''),
    scheme: 'http' as const,
    version: request.httpVersion,
  };
  if (framing) return { head, fault: framing };
  if (!target)
    return { head, fault: problem('malformed-request', 'The request asks for nothing that a reverse proxy can give.') };
  if (isUpgrade(request))
    return { head, fault: problem('not-implemented', 'This proxy does not upgrade connections.') };
  return { head, fault: undefined };
}

function withHost(fields: readonly string[], authority: string): string[] {
  const changed = ['Host', authority];
  for (let i = 0; i < fields.length; i += 2)
    if (fields[i].toLowerCase() !== 'host') changed.push(fields[i], fields[i + 1]);
  return changed;
}

// Other upgrades (h2c) are offers that may be passed over; a WebSocket client understands nothing but yes or no.
function isUpgrade({ headers }: IncomingMessage): boolean {
  return (
    headers.upgrade !== undefined &&
    /\bwebsocket\b/i.test(headers.upgrade) &&
    /\bupgrade\b/i.test(headers.connection ?? '')
  );
}
