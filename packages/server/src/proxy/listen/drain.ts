// Closing without losing a request.
//
// No new connections; requests under way are finished, and their answers say `Connection: close`. A connection without a
// request is not closed at once: a client may be sending its next one at this very moment, and would find the door shut
// after it had been let in. It gets a last call first. What is left after the whole time is destroyed.
//
// Where it fails: connections that the system has accepted and we have not are lost with the listening socket. Only a
// socket shared with another process avoids that.

import { Server as NetServer } from 'node:net';
import type { Downstream } from '../downstream/index.ts';

/** Resolves once every connection is closed, after at most `timeoutMs`. */
export async function drain(
  { server, connections, drain: startDraining }: Downstream,
  timeoutMs: number,
  lastCallMs: number,
): Promise<void> {
  startDraining();
  const isClosed = new Promise<void>((resolve) => {
    // The HTTP server's own close() would close the unused connections at once.
    NetServer.prototype.close.call(server, () => resolve());
  });
  const lastCall = setTimeout(
    () => {
      for (const connection of connections) if (!connection.isBusy) connection.socket.destroySoon();
    },
    Math.min(lastCallMs, timeoutMs),
  );
  const end = setTimeout(() => server.closeAllConnections(), timeoutMs);
  await isClosed;
  clearTimeout(lastCall);
  clearTimeout(end);
  // Stops the watch over slow heads; there is nothing left to close.
  server.close(() => {});
}
