// The primary: owns the configuration, the checks and what an operator wants. It forwards nothing, so nothing that is done
// here can delay a request.

import { randomBytes } from 'node:crypto';
import type { Fact, FactListener, Override, ServiceInstance, ServiceSnapshot } from 'hale';
import type { Logger } from 'pino';
import type { Config } from '../config/index.ts';
import { formatAddress } from '../config/index.ts';
import type { ListenAddress } from '../proxy/index.ts';
import { createChecks } from './checks.ts';
import { readInstances } from './instances.ts';
import type { Link } from './link.ts';
import type { ToPrimary, ToWorker } from './messages.ts';

/** A running hale. */
export interface Server {
  /** Where it listens, with real ports. */
  readonly addresses: readonly ListenAddress[];
  /** The first TCP address as `http://host:port`, or undefined when it listens on Unix sockets only. */
  readonly url: string | undefined;
  /** The membership of a service, whole. Survivors keep what was learned. Rejects with ConfigError, nothing applied. */
  update(service: string, instances: readonly ServiceInstance[]): Promise<void>;
  /** The operator's word on one instance. Rejects with ConfigError. */
  override(service: string, instance: string, override: Override): Promise<void>;
  inspect(): Promise<readonly ServiceSnapshot[]>;
  /** Why a service, or one instance of it, is as it is. */
  explain(service: string, instance?: string): Promise<readonly string[]>;
  /** Facts from now on; returns what ends it. */
  onFact(listener: FactListener): () => void;
  /**
   * Finishes the requests under way, for at most `drainTimeoutMs` (default: the configuration's), then closes everything.
   * Called again, it waits for the same end.
   */
  close(options?: { readonly drainTimeoutMs?: number }): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startPrimary(
  config: Config,
  link: Link<ToWorker, ToPrimary>,
  log: Logger | undefined,
): Promise<Server> {
  const checks = createChecks(config);
  const listeners = new Set<FactListener>();
  link.answer((message) => {
    if (message.kind === 'check') return checks.ask(message.service, message.instance, message.timeoutMs);
    if (message.kind === 'bug')
      log?.error({ error: message.error }, 'an exchange broke, and its connection was closed');
    else if (message.kind === 'refusal')
      log?.warn({ code: message.code, count: message.count }, 'no instance answered, hale did');
    else if (message.kind === 'record') tellOfRecord(message.reason, log);
    else tellAll(message.fact, listeners, log);
    return undefined;
  });

  const stop = (): void => {
    checks.close();
    link.close();
  };
  let addresses: readonly ListenAddress[];
  try {
    // Unlike any other proxy's, so that a request that comes back is known.
    const pseudonym = `hale-${randomBytes(5).toString('hex')}`;
    addresses = (await link.ask({ kind: 'start', config, pseudonym })) as readonly ListenAddress[];
  } catch (error) {
    stop();
    throw error;
  }
  for (const address of addresses) log?.info({ address: formatAddress(address) }, 'listening');

  let end: Promise<void> | undefined;
  const close = async (drainTimeoutMs: number): Promise<void> => {
    log?.info({ drainTimeoutMs }, 'draining');
    try {
      await link.ask({ kind: 'drain', timeoutMs: drainTimeoutMs });
    } finally {
      stop();
      log?.info('closed');
    }
  };
  const server: Server = {
    addresses,
    url: urlOf(addresses),
    update: async (service, instances) =>
      void (await link.ask({ kind: 'update', service, instances: readInstances(instances) })),
    override: async (service, instance, override) =>
      void (await link.ask({ kind: 'override', service, instance, override })),
    inspect: async () => (await link.ask({ kind: 'inspect' })) as readonly ServiceSnapshot[],
    explain: async (service, instance) => (await link.ask({ kind: 'explain', service, instance })) as readonly string[],
    onFact(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: (options) => (end ??= close(options?.drainTimeoutMs ?? config.drainTimeoutMs)),
    [Symbol.asyncDispose]: () => server.close(),
  };
  return server;
}

function tellAll(fact: Fact, listeners: ReadonlySet<FactListener>, log: Logger | undefined): void {
  const { type, ...rest } = fact;
  // What an operator should look at, whatever else goes on.
  if (type === 'tripped' || type === 'panicked') log?.warn(rest, type);
  else log?.info(rest, type);
  for (const listener of listeners) {
    try {
      listener(fact);
    } catch (error) {
      log?.error({ error: String(error) }, 'a listener threw');
    }
  }
}

function tellOfRecord(reason: string | undefined, log: Logger | undefined): void {
  if (reason === undefined) log?.info('outcomes are recorded again');
  else log?.warn({ reason }, 'outcomes cannot be recorded');
}

function urlOf(addresses: readonly ListenAddress[]): string | undefined {
  const address = addresses.find(({ kind }) => kind === 'tcp');
  if (address?.kind !== 'tcp') return undefined;
  // A wildcard is where one listens, not where one connects to.
  const name =
    address.host === '0.0.0.0'
      ? '127.0.0.1'
      : address.host === '::'
        ? '[::1]'
        : address.host.includes(':')
          ? `[${address.host}]`
          : address.host;
  return `http://${name}:${address.port}`;
}
