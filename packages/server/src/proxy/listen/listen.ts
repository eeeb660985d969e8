// Opening and closing of the doors.

import { lstatSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import type { AddressInfo, Server } from 'node:net';

export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** Resolves to the address with its real port once connections are accepted; rejects with the system's error. */
export async function listen(server: Server, address: ListenAddress): Promise<ListenAddress> {
  if (address.kind === 'unix') await removeLeftover(address.path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(
      address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port, backlog: BACKLOG },
      () => {
        server.off('error', reject);
        resolve();
      },
    );
  });
  return address.kind === 'unix' ? address : { ...address, port: (server.address() as AddressInfo).port };
}

/** Connections that may wait to be accepted; the system cuts it to its own limit. */
const BACKLOG = 4096;

// A process that was killed leaves its socket file behind, and nobody could ever listen there again. Removed only when it
// is a socket and nobody answers on it: another process that listens must not lose its door.
async function removeLeftover(path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return;
  const isInUse = await new Promise<boolean>((resolve) => {
    const probe = connect({ path }, () => resolve(true)).once('error', () => resolve(false));
    probe.once('connect', () => probe.destroy());
  });
  if (!isInUse) unlinkSync(path);
}
