// The TCP check: a connection can be opened. It tells that something listens, not that it works: kernels accept for
// a process that hangs. Where the service speaks HTTP or gRPC, those checks see more. node:net is loaded with the first
// check, so that importing this works in every runtime.

import type { Check } from '../../core/checking/index.ts';
import type { AddressRule } from './address-rule.ts';
import type { Asked } from './asking.ts';
import { checkBy } from './asking.ts';
import { OptionReader } from './options.ts';

export interface TcpCheckOptions {
  /** Instead of the instance's own port, 1 to 65535. */
  readonly port?: number;
  /** Beside `check.timeout`: a duration from 1 ms to 10 min, as text or milliseconds. */
  readonly timeout?: number | string;
}

/** A check by opening a connection. Throws `ConfigError` with all faults of the options. */
export function tcpCheck(options?: TcpCheckOptions): Check {
  return tcpCheckAt(options, '', []);
}

/** The same with the path of the options in a larger configuration, and keys that are someone else's there. */
export function tcpCheckAt(
  options: unknown,
  path: string,
  others: readonly string[],
  isForbidden?: AddressRule,
): Check {
  const reader = new OptionReader(options, path, ['port', 'timeout', ...others]);
  const plan = { port: reader.port(), timeoutMs: reader.timeoutMs(), isForbidden };
  reader.finish();
  return checkBy(plan, connect);
}

async function connect({ hostname, port, signal, lookup }: Asked): Promise<true> {
  const net = await import('node:net');
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: hostname, port, signal, ...(lookup && { lookup }) });
    // The listener stays: an error after the connection must not be an uncaught one.
    socket.on('error', reject);
    socket.once('connect', () => {
      resolve(true);
      socket.destroy();
    });
  });
}
