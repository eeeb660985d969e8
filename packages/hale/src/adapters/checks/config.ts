// A check described as data, as a configuration file holds it: `{ type: http, path: /health, expect: 200-299 }`. The knobs
// of `check` (timeout, rise, fall ...) may stand beside; they are the engine's, read and judged there.

import type { Check } from '../../core/checking/index.ts';
import { ConfigError, KNOBS, describe } from '../../core/model/index.ts';
import type { AddressRule } from './address-rule.ts';
import { grpcCheckAt } from './grpc.ts';
import type { GrpcCheckOptions } from './grpc.ts';
import { httpCheckAt } from './http.ts';
import type { HttpCheckOptions } from './http.ts';
import { tcpCheckAt } from './tcp.ts';
import type { TcpCheckOptions } from './tcp.ts';

/** Without `timeout`: there it is the knob `check.timeout`. */
export type CheckConfig =
  | ({ readonly type: 'http' } & Omit<HttpCheckOptions, 'timeout'>)
  | ({ readonly type: 'tcp' } & Omit<TcpCheckOptions, 'timeout'>)
  | ({ readonly type: 'grpc' } & Omit<GrpcCheckOptions, 'timeout'>);

const OTHERS: readonly string[] = [
  'type',
  ...KNOBS.filter(({ key }) => key.startsWith('check.')).map(({ key }) => key.slice('check.'.length)),
];
const KINDS = { http: httpCheckAt, tcp: tcpCheckAt, grpc: grpcCheckAt } as const;

/**
 * The check that `config` describes. Throws `ConfigError` with all faults; their paths begin with `path`.
 * Knobs of `check` are passed over. Addresses that `isForbidden`, by whatever name, are not asked: such a check fails.
 */
export function checkFromConfig(config: unknown, path = 'check', isForbidden?: AddressRule): Check {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new ConfigError([{ path, expected: 'an object with a type', received: describe(config) }]);
  }
  const { type, ...rest } = config as Record<string, unknown>;
  if (typeof type !== 'string' || !Object.hasOwn(KINDS, type)) {
    throw new ConfigError([{ path: `${path}.type`, expected: "'http', 'tcp' or 'grpc'", received: describe(type) }]);
  }
  // The knob's time-out is the runner's, which applies it to every check.
  delete rest['timeout'];
  return KINDS[type as keyof typeof KINDS](rest, path, OTHERS, isForbidden);
}
