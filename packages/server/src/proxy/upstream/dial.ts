// Opening one connection to an instance, within a time and never to an address that is not allowed.

import { lookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { isIP, Socket } from 'node:net';
import type { LookupFunction } from 'node:net';
import type { Endpoint } from '../attempt.ts';

/** Judges an address (never a name) just before it is connected to. */
export type AddressRule = (address: string, port: number) => boolean;

/** Not allowed by an `AddressRule`. */
export const FORBIDDEN = 'HALE_FORBIDDEN_ADDRESS';

/** A socket that connects, or is destroyed with an error: the system's, `ETIMEDOUT` of `connect`, or `FORBIDDEN`. */
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
  return socket.connect({ host, port, lookup: guarded(port, isForbidden) });
}

function refusing(address: string): LookupFunction {
  return (_name, _options, done) => void setImmediate(() => done(refusal(address), []));
}

function guarded(port: number, isForbidden: AddressRule): LookupFunction {
  return (name, options, done) => {
    lookup(name, options, (error, result: string | LookupAddress[], family?: number) => {
      if (!error) {
        const addresses = typeof result === 'string' ? [result] : result.map(({ address }) => address);
        const bad = addresses.find((address) => isForbidden(address, port));
        // One bad address among good ones is no accident: nobody lists a metadata service beside a web server.
        if (bad !== undefined) return done(refusal(bad), typeof result === 'string' ? '' : [], family);
      }
      done(error, result, family);
    });
  };
}

function refusal(address: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`connecting to ${address} is not allowed`), { code: FORBIDDEN });
}

// Named as the system names it, since that is what classifiers know.
function tooLate(host: string, port: number): NodeJS.ErrnoException {
  return Object.assign(new Error(`no connection to ${host}:${port} in time`), {
    code: 'ETIMEDOUT',
    syscall: 'connect',
  });
}
