// Active checks, as the primary makes them: a worker's engine says which instance is due, the primary asks the instance
// and answers with the outcome. So several workers cost an instance no more checks than one, and each engine keeps its
// own schedule, which knows its own traffic. What requests are not sent to is not asked either.

import type { ServiceInstance } from 'hale';
import { checkFromConfig, isLinkLocal } from 'hale/checks';
import type { Check } from 'hale/checks';
import type { CheckConfig, Config } from '../config/index.ts';
import type { CheckReport } from './messages.ts';

export interface Checks {
  /** The outcome of a check begun now, or of the one that is under way. Rejects as the check does. */
  ask(service: string, instance: ServiceInstance, timeoutMs: number): Promise<CheckReport>;
  /** Aborts what is under way. */
  close(): void;
}

/** @throws {ConfigError} when a check of `config` is none. */
export function createChecks(config: Config): Checks {
  const checks = new Map<string, Check>();
  for (const { name, check } of config.services)
    if (check) checks.set(name, checkFromConfig(optionsOf(check), `services.${name}.health.check`, isLinkLocal));
  const underWay = new Map<string, Promise<CheckReport>>();
  const stop = new AbortController();
  return {
    ask(service, instance, timeoutMs) {
      const check = checks.get(service);
      if (!check) return Promise.reject(new Error(`the service ${JSON.stringify(service)} has no check`));
      const key = `${service} ${instance.id}`;
      const same = underWay.get(key);
      if (same) return same;
      const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(timeoutMs)]);
      const answer = Promise.resolve(check(instance, { signal })).finally(() => underWay.delete(key));
      underWay.set(key, answer);
      return answer;
    },
    close: () => stop.abort(),
  };
}

/** The same check in the words of `hale/checks`. */
function optionsOf(check: CheckConfig): object {
  if (check.type !== 'http') return check;
  const { expect, host, body, ...rest } = check;
  return {
    ...rest,
    expect: expect.map(({ from, to }) => `${from}-${to}`),
    ...(host === undefined ? {} : { host }),
    ...(body === undefined ? {} : { body }),
  };
}
