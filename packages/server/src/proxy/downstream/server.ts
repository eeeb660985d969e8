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
import { problem } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { Backlog } from './backlog.ts';
import { HttpClient } from './client.ts';
import type { DoorOptions } from './client.ts';
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
export function createDownstream(handle: (client: Client) => Promise<void>, options: DoorOptions): Downstream {
  const { limits } = options;
  const backlog = new Backlog(limits.maxWaiting);
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
    const connection = new Connection(socket, limits, backlog, ({ socket: idle }) => {
      if (isDraining && !idle.destroyed) idle.destroySoon();
    });
    connections.add(connection);
    bySocket.set(socket, connection);
    socket.once('close', () => connections.delete(connection));
  });

  const accept = (
    request: IncomingMessage,
    response: ServerResponse,
    expectsContinue: boolean,
    refusal?: Problem,
  ): void => {
    const connection = bySocket.get(request.socket);
    connection?.enqueue(request, async () => {
      const isAnswered = new Promise<void>((resolve) => {
        if (response.destroyed) resolve();
        response.once('close', resolve);
      });
      const { head, fault } = readHead(request);
      const isClosing = (): boolean => (isDraining || connection.isEnding) && connection.waiting === 0;
      const client = new HttpClient(head, request, response, options, expectsContinue, isClosing);
      connection.serving = client;
      const wrong = connection.faultOf(request) ?? fault ?? refusal;
      if (wrong) client.refuse(wrong, NO_ATTEMPT);
      else await handle(client);
      await isAnswered;
    });
  };
  const refuse = (socket: Socket, fault: Problem): void => {
    options.onRefusal(fault.code);
    refuseBytes(socket, fault, limits);
  };

  server.on('request', (request, response) => accept(request, response, false));
  server.on('checkContinue', (request, response) => accept(request, response, true));
  server.on('checkExpectation', (request, response) =>
    accept(
      request,
      response,
      false,
      problem('expectation-failed', 'The only expectation that is understood is 100-continue.'),
    ),
  );
  server.on('connect', ({ socket }: IncomingMessage) => {
    socket.on('error', () => {});
    const connection = bySocket.get(socket);
    // The runtime has let go of the socket, but answers before this request may still be under way, and wait for this.
    socket.on('drain', () => connection?.serving?.goOn());
    connection?.end(() => refuse(socket, problem('not-implemented', 'This proxy opens no tunnels.')));
  });
  server.on('clientError', (error, stream) => {
    const socket = stream as Socket;
    const connection = bySocket.get(socket);
    // The end of the client's half within a request is no request that is wrong: while it is answered, it is leaving.
    const hasLeft = (error as NodeJS.ErrnoException).code === 'HPE_INVALID_EOF_STATE' && connection?.isBusy === true;
    if (!connection || !socket.writable || hasLeft || hasGone(error)) {
      socket.destroy();
      return;
    }
    const fault = problemOf(error);
    connection.fail(fault, () => refuse(socket, fault));
  });

  return {
    server,
    connections,
    drain: () => {
      isDraining = true;
    },
  };
}

// A socket that broke, as opposed to bytes that are wrong.
function hasGone(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined || !(code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT');
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
