// Opening one connection to an instance, within a time and never to an address that is not allowed.

import { lookup } from 'node:dns';
import { isIP, Socket } from 'node:net';
import type { LookupFunction } from 'node:net';
import { forbiddenAddress, guardedLookup } from 'hale/checks';
import type { AddressRule } from 'hale/checks';
import type { Endpoint } from '../attempt.ts';

/** A socket that connects, or is destroyed with an error: the system's, `ETIMEDOUT` of `connect`, or that of a forbidden address. */
export function dial({ host, port }: Endpoint, connectMs: number, isForbidden: AddressRule): Socket {
  const socket = new Socket();
  // Between its making and the first listener of a request nobody hears an error, and one unheard ends the process.
  socket.on('error', () => {});
  const timer = setTimeout(() => socket.destroy(tooLate(host, port)), connectMs);
  const stop = (): void => clearTimeout(timer);
  socket.once('connect', stop).once('close', stop);
  socket.setNoDelay(true);
  // An address is not looked up, so a forbidden one connects to a name instead, of which the lookup says what is wrong.
  if (isIP(host) !== 0 && isForbidden(host, port))
    return socket.connect({ host: 'forbidden.invalid', port, lookup: refusing(host) });
  return socket.connect({ host, port, lookup: guardedLookup(lookup, port, isForbidden) });
}

function refusing(address: string): LookupFunction {
  return (_name, _options, done) => void setImmediate(() => done(forbiddenAddress(address), []));
}

// Named as the system names it, since that is what classifiers know.
function tooLate(host: string, port: number): NodeJS.ErrnoException {
  return Object.assign(new Error(`no connection to ${host}:${port} in time`), {
    code: 'ETIMEDOUT',
    syscall: 'connect',
  });
}
