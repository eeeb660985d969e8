// The proxy as one thing: listeners in front, services behind, exchanges between them.
//
// What it forwards to is published whole: `publish` replaces all routes and services in one assignment, and an exchange
// that began before keeps what it began with.

import type { Clock, Service, ServiceInstance } from 'hale';
import { isLinkLocal } from 'hale/checks';
import type { AddressRule } from 'hale/checks';
import { createDownstream } from './downstream/index.ts';
import type { Downstream } from './downstream/index.ts';
import { exchange, findRoute } from './exchange/index.ts';
import type { ExchangeContext, HashKey, RoutedService, RouteRule } from './exchange/index.ts';
import type { Client } from './client.ts';
import { endpointOf } from './endpoint.ts';
import type { Endpoint } from './attempt.ts';
import type { ForwardedPolicy } from './http1/index.ts';
import type { ProxyLimits } from './limits.ts';
import { drain, listen } from './listen/index.ts';
import type { ListenAddress } from './listen/index.ts';
import type { ProblemCode } from './problem.ts';
import { createForwarder } from './upstream/index.ts';

export interface ProxyOptions {
  readonly clock: Clock;
  readonly forwarded: ForwardedPolicy;
  readonly exposeInstance: boolean;
  /** Unlike any other proxy's. */
  readonly pseudonym: string;
  readonly limits: ProxyLimits;
  /** Addresses that are never connected to, besides link-local ones: the proxy's own doors for operators. */
  readonly isForbidden?: AddressRule;
  /** An exchange threw, which it never should; its client got a 500, or a closed connection within an answer. */
  readonly onBug: (error: unknown) => void;
  /** The proxy answered by itself. Called for each such answer. */
  readonly onRefusal: (code: ProblemCode) => void;
}

export interface ProxiedService {
  readonly service: Service;
  readonly key: HashKey | undefined;
  readonly timeouts: { readonly connectMs: number; readonly responseMs: number; readonly idleMs: number };
}

export type ProxyRoute = RouteRule & { readonly service: string };

export interface Proxy {
  /** What is forwarded from now on, by service name. */
  publish(routes: readonly ProxyRoute[], services: ReadonlyMap<string, ProxiedService>): void;
  /** The instances of one service, after `Service.update` took them. */
  update(service: string, instances: readonly ServiceInstance[]): void;
  listen(address: ListenAddress): Promise<ListenAddress>;
  /** Finishes what is under way, for at most so long, then closes everything; resolves when each exchange has settled. */
  close(drainTimeoutMs: number): Promise<void>;
}

export function createProxy(options: ProxyOptions): Proxy {
  const { limits } = options;
  const doors: Downstream[] = [];
  let routes: readonly (RouteRule & { readonly routed: RoutedService })[] = [];
  let services = new Map<string, RoutedService>();
  const context: ExchangeContext = {
    clock: options.clock,
    forwarded: options.forwarded,
    pseudonym: options.pseudonym,
    exposeInstance: options.exposeInstance,
    onBug: options.onBug,
    route: (authority, path) => findRoute(routes, authority, path)?.routed,
  };
  let underWay = 0;
  let onIdle = (): void => {};
  const carryOut = async (client: Client): Promise<void> => {
    underWay++;
    try {
      await exchange(client, context);
    } finally {
      if (--underWay === 0) onIdle();
    }
  };
  // An exchange outlives a connection that was cut by a moment, in which it settles.
  const settled = async (): Promise<void> => {
    if (underWay === 0) return;
    await new Promise<void>((resolve) => {
      onIdle = resolve;
      setTimeout(resolve, LONGEST_MOMENT_MS).unref();
    });
  };
  const isForbidden: AddressRule = (address, port) =>
    isLinkLocal(address) || options.isForbidden?.(address, port) === true;

  return {
    publish(newRoutes, newServices) {
      const former = services;
      const next = new Map<string, RoutedService>();
      for (const [name, service] of newServices) {
        const forwarder = createForwarder({
          ...service.timeouts,
          isForbidden,
          maxIdle: limits.maxIdlePerInstance,
          maxHeadBytes: limits.maxHeadBytes,
        });
        next.set(name, { service: service.service, forwarder, key: service.key, idleMs: service.timeouts.idleMs });
      }
      services = next;
      routes = newRoutes.flatMap(({ host, path, service }) => {
        const routed = next.get(service);
        return routed ? [{ host, path, routed }] : [];
      });
      for (const { forwarder } of former.values()) forwarder.close();
    },
    update: (service, instances) => services.get(service)?.forwarder.retain(endpointsOf(instances)),
    async listen(address) {
      const door = createDownstream(carryOut, options);
      doors.push(door);
      return listen(door.server, address);
    },
    async close(drainTimeoutMs) {
      const open = doors.filter(({ server }) => server.listening);
      await Promise.all(open.map((door) => drain(door, drainTimeoutMs, limits.lastCallMs)));
      for (const { forwarder } of services.values()) forwarder.close();
      await settled();
    },
  };
}

/** Settling waits for nothing, so this is for a bug only. */
const LONGEST_MOMENT_MS = 1000;

function endpointsOf(instances: readonly ServiceInstance[]): Endpoint[] {
  return instances.flatMap((instance) => endpointOf(instance) ?? []);
}
