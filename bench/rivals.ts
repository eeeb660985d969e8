// The packages that hale is measured against. They are installed in this folder only (bench/package.json with a lockfile
// of its own), on the first `npm run bench`; so their types are not at hand when the project is type-checked, and what
// is used of them is written here.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const require = createRequire(import.meta.url);

/** Installs them when they are absent: '' or why it failed. Only on the command line, never in a test. */
export function installRivals(): string {
  if (existsSync(join(HERE, 'node_modules', 'cockatiel'))) return '';
  console.log('installing what hale is measured against into bench/node_modules ...');
  const { status, stderr, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: HERE,
    encoding: 'utf8',
  });
  return status === 0 ? '' : (error?.message ?? stderr).trim().split('\n').slice(0, 3).join(' ');
}

type Call = () => Promise<unknown>;

/** Runs a call through cockatiel's breaker of consecutive failures. */
export function cockatielBreaker(): (call: Call) => Promise<unknown> {
  interface Cockatiel {
    readonly handleAll: unknown;
    readonly ConsecutiveBreaker: new (threshold: number) => unknown;
    circuitBreaker(handled: unknown, options: object): { execute(call: Call): Promise<unknown> };
  }
  const { circuitBreaker, handleAll, ConsecutiveBreaker } = require('cockatiel') as Cockatiel;
  const policy = circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) });
  return (call) => policy.execute(call);
}

/** Fires a call through opossum, as it comes: with its time-out of ten seconds. */
export function opossumBreaker(call: Call): { fire(): Promise<unknown>; shutdown(): void } {
  const Breaker = require('opossum') as new (
    call: Call,
    options: object,
  ) => { fire(): Promise<unknown>; shutdown(): void };
  return new Breaker(call, {});
}

/** The choice that undici's BalancedPool makes for itself, without a request. */
export function balancedPoolChoice(upstreams: readonly string[]): () => unknown {
  const { BalancedPool } = require('undici') as { BalancedPool: new (upstreams: readonly string[]) => object };
  const pool = new BalancedPool(upstreams);
  // The method has a symbol for its name, which undici does not export.
  const symbol = Object.getOwnPropertySymbols(BalancedPool.prototype).find(
    ({ description }) => description === 'get dispatcher',
  );
  if (symbol === undefined) throw new Error('this undici names its choice differently');
  const choose = (pool as Record<symbol, () => unknown>)[symbol];
  return () => choose.call(pool);
}
