// Closing a connection on which the client may still be sending.
//
// The obvious wrong way, to close at once, loses the answer: bytes that arrive at a closed socket are answered by a reset,
// and a reset throws away what the client has not read yet. So our half is closed, the client's bytes are read and dropped
// for a while, and then all is closed (RFC 9112 section 9.6). Bounded in bytes and in time: a client that never stops
// must not hold a socket.

import type { Socket } from 'node:net';

export interface DropLimits {
  readonly maxDropBytes: number;
  readonly maxDropMs: number;
}

/** Makes the socket's own close linger. The answer under way, if any, is written first. */
export function lingerOnClose(socket: Socket, limits: DropLimits): void {
  // The HTTP server closes by this method once an answer with `Connection: close` is written; it is public.
  socket.destroySoon = () => linger(socket, limits);
}

/** Closes our half now and the rest when the client has, or when a bound is met. */
export function linger(socket: Socket, { maxDropBytes, maxDropMs }: DropLimits): void {
  if (socket.destroyed || LINGERING.has(socket)) return;
  LINGERING.add(socket);
  const timer = setTimeout(() => socket.destroy(), maxDropMs);
  timer.unref();
  const before = socket.bytesRead;
  const close = (): void => void socket.destroy();
  // What is dropped is not parsed: the parser would make a request of every few bytes.
  socket.removeAllListeners('data');
  socket.on('data', () => {
    if (socket.bytesRead - before > maxDropBytes) close();
  });
  socket.once('end', close);
  socket.once('error', close);
  socket.once('close', () => clearTimeout(timer));
  socket.end();
  socket.resume();
}

/** Whether a connection is being closed: no further request of it is served. */
export function isLingering(socket: Socket): boolean {
  return LINGERING.has(socket);
}

const LINGERING = new WeakSet<Socket>();
