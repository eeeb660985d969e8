// A worker: owns the engine and the proxy, and does what the primary orders. It reads no file, opens no door but the
// configured ones, and decides nothing that an operator decides.

import { HealthAwareLoadBalancer } from 'hale';
import type { Clock, Random, Service, ServiceInstance } from 'hale';
import { recordTo } from 'hale/record';
import type { OutcomeFile } from 'hale/record';
import type { Config, ServiceConfig } from '../config/index.ts';
import { createProxy } from '../proxy/index.ts';
import type { ListenAddress, ProxiedService, Proxy, ProxyLimits } from '../proxy/index.ts';
import type { Link } from './link.ts';
import type { CheckReport, ToPrimary, ToWorker } from './messages.ts';
import { countRefusals } from './refusals.ts';

export interface WorkerOptions {
  readonly clock: Clock;
  readonly random: Random | undefined;
  readonly limits: ProxyLimits;
}

/** Serves the link until it is ordered to drain. */
export function startWorker(link: Link<ToPrimary, ToWorker>, options: WorkerOptions): void {
  let running: Running | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const started = (): Running => {
    if (!running) throw new Error('the worker was not started');
    return running;
  };
  const carryOut = async (message: ToWorker): Promise<unknown> => {
    switch (message.kind) {
      case 'start':
        running = await start(link, message.config, message.pseudonym, options);
        return running.addresses;
      case 'update':
        return started().update(message.service, message.instances);
      case 'override':
        return started().service(message.service).override(message.instance, message.override);
      case 'drain':
        return started().close(message.timeoutMs);
      case 'inspect':
        return [...started().services.values()].map((service) => service.inspect());
      case 'explain':
        return started().service(message.service).explain(message.instance);
    }
  };
  link.answer((message) => {
    // Orders one after the other: an update must not overtake the start. A question asked during a drain is answered.
    if (running && (message.kind === 'inspect' || message.kind === 'explain')) return carryOut(message);
    const done = last.then(() => carryOut(message));
    last = done.catch(() => {});
    return done;
  });
}

interface Running {
  readonly addresses: readonly ListenAddress[];
  readonly services: ReadonlyMap<string, Service>;
  service(name: string): Service;
  update(service: string, instances: readonly ServiceInstance[]): void;
  close(timeoutMs: number): Promise<void>;
}

async function start(
  link: Link<ToPrimary, ToWorker>,
  config: Config,
  pseudonym: string,
  { clock, random, limits }: WorkerOptions,
): Promise<Running> {
  const record = recordOf(config, link);
  const balancer = new HealthAwareLoadBalancer({
    preset: 'serving',
    clock,
    ...(random && { random }),
    ...(config.zone !== undefined && { zone: config.zone }),
    ...(record && { record }),
  });
  balancer.onFact((fact) => link.tell({ kind: 'fact', fact }));
  const proxy = createProxy({
    clock,
    limits,
    pseudonym,
    forwarded: config.forwarded,
    exposeInstance: config.exposeInstance,
    onBug: (error) => link.tell({ kind: 'bug', error: stackOf(error) }),
    onRefusal: countRefusals(clock, (code, count) => link.tell({ kind: 'refusal', code, count })),
  });
  const services = new Map<string, Service>();
  const proxied = new Map<string, ProxiedService>();
  for (const service of config.services) {
    const engine = balancer.service(service.name, {
      ...service.options,
      strategy: service.strategy,
      responseTimeout: `${service.timeouts.responseMs}ms`,
      ...checkOf(service, link, () => services.get(service.name)),
    });
    engine.update(service.instances);
    services.set(service.name, engine);
    proxied.set(service.name, { service: engine, key: service.key, timeouts: service.timeouts });
  }
  proxy.publish(config.routes, proxied);
  const close = async (timeoutMs: number): Promise<void> => {
    await proxy.close(timeoutMs);
    await balancer.close();
    // Last, for the requests that were cut off are outcomes too.
    await record?.close();
  };
  const service = (name: string): Service => {
    const found = services.get(name);
    if (!found) throw new Error(`there is no service ${JSON.stringify(name)}`);
    return found;
  };
  return {
    addresses: await openAll(proxy, config.listeners, close),
    services,
    service,
    update(name, instances) {
      // The engine judges the list; the proxy takes only what it has accepted.
      service(name).update(instances);
      proxy.update(name, instances);
    },
    close,
  };
}

// Several listeners, or none: a proxy that serves at half of its addresses looks healthy to whoever looks at the other half.
async function openAll(
  proxy: Proxy,
  addresses: readonly ListenAddress[],
  close: (timeoutMs: number) => Promise<void>,
): Promise<readonly ListenAddress[]> {
  const opened = await Promise.allSettled(addresses.map((address) => proxy.listen(address)));
  const failed = opened.find((result) => result.status === 'rejected');
  if (failed) {
    await close(0);
    throw failed.reason;
  }
  return opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

// The engine schedules, the primary asks: the check of the engine is a question over the link.
function checkOf(config: ServiceConfig, link: Link<ToPrimary, ToWorker>, engine: () => Service | undefined): object {
  if (!config.check) return {};
  const run = async (instance: ServiceInstance): Promise<CheckReport> =>
    (await link.ask({
      kind: 'check',
      service: config.name,
      instance,
      timeoutMs: engine()?.settings.check.timeout ?? 1000,
    })) as CheckReport;
  return { check: { ...config.options.check, run } };
}

function recordOf({ record }: Config, link: Link<ToPrimary, ToWorker>): OutcomeFile | undefined {
  if (!record) return undefined;
  const { file, maxBytes, maxFiles } = record;
  return recordTo(file, { maxBytes, maxFiles, onFailure: (reason) => link.tell({ kind: 'record', reason }) });
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).slice(0, 2000) : String(error).slice(0, 200);
}
