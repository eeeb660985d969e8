// The whole of hale, put together: a primary, a worker, and a link between them. Here both live in one process.

import { monotonicClock } from 'hale/engine';
import type { Clock, Random } from 'hale';
import type { Logger } from 'pino';
import type { Config, ConfigInput } from '../config/index.ts';
import { readConfig } from '../config/index.ts';
import { DEFAULT_LIMITS } from '../proxy/index.ts';
import type { ProxyLimits } from '../proxy/index.ts';
import { memoryLink } from './link.ts';
import type { ToPrimary, ToWorker } from './messages.ts';
import type { Server } from './primary.ts';
import { startPrimary } from './primary.ts';
import { startWorker } from './worker.ts';

export interface ServeOptions {
  /** Told of the start, the end, and every fact; never of a request. Silent without one. */
  readonly log?: Logger;
  /** Default: the runtime's monotonic clock. */
  readonly clock?: Clock;
  /** Numbers in [0,1); default: seeded by chance. */
  readonly random?: Random;
  /** Bounds of the proxy that no configuration needs to change, for programs and tests that do. */
  readonly limits?: Partial<ProxyLimits>;
}

/**
 * Starts to serve. Resolves when every listener is open.
 * @throws {ConfigError} with all faults of the configuration; or the system's error when an address cannot be had. Nothing
 * is left open then.
 */
export async function serve(config: Config | ConfigInput, options: ServeOptions = {}): Promise<Server> {
  const read = isRead(config) ? config : readConfig(config);
  const [primaryEnd, workerEnd] = memoryLink<ToWorker, ToPrimary>();
  startWorker(workerEnd, {
    clock: options.clock ?? monotonicClock,
    random: options.random,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
  });
  return startPrimary(read, primaryEnd, options.log);
}

// A checked configuration has every duration in milliseconds; the file's form knows no such key.
function isRead(config: Config | ConfigInput): config is Config {
  return 'drainTimeoutMs' in config;
}
