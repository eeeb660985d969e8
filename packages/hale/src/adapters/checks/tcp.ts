// The TCP check: a connection can be opened. It tells that something listens, not that it works: kernels accept for
// a process that hangs. Where the service speaks HTTP or gRPC, those checks see more. node:net is loaded with the first
// check, so that importing this works in every runtime.

import type { Check } from '../../core/checking/index.ts';
import type { Address } from './address.ts';
import { addressOf, isFailure } from './address.ts';
import { failureOf } from './failure.ts';
import { OptionReader, withTimeout } from './options.ts';

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
export function tcpCheckAt(options: unknown, path: string, others: readonly string[]): Check {
  const reader = new OptionReader(options, path, ['port', 'timeout', ...others]);
  const port = reader.port();
  const timeoutMs = reader.timeoutMs();
  reader.finish();
  return async (instance, context) => {
    const address = addressOf(instance, port);
    if (isFailure(address)) return address;
    const signal = withTimeout(context.signal, timeoutMs);
    try {
      await connect(address, signal);
      return true;
    } catch (error) {
      return failureOf(error, signal);
    }
  };
}

async function connect({ hostname, port }: Address, signal: AbortSignal): Promise<void> {
  const net = await import('node:net');
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const socket = net.connect({ host: hostname, port, signal });
    // The listener stays: an error after the connection must not be an uncaught one.
    socket.on('error', reject);
    socket.once('connect', () => {
      resolve();
      socket.destroy();
    });
  });
}
