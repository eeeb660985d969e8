// `run`: one request with all its attempts. Pick, call, settle; on failure ask whether it may be sent again, and to whom.
//
// It holds no policy: whose fault an error is, whether a retry is allowed and who is asked next are answers of core/.

import type { FailureCause, Outcome, ServiceInstance } from '../core/model/index.ts';
import { NoInstanceError } from '../core/model/index.ts';
import { isKill } from '../core/retry/index.ts';
import type { Lease } from '../core/engine/index.ts';
import type { Service } from './service.ts';

export interface RunContext {
  /** The caller's signal; one that never fires when it gave none. */
  readonly signal: AbortSignal;
  /** 1 for the first. */
  readonly attempt: number;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Further attempts after the first; default `retries.max`, and bounded by it only when absent. At most 10. */
  readonly retries?: number;
  /** The call may be carried out twice. Without it only failures before anything was sent (`connect`) are repeated. */
  readonly idempotent?: boolean;
  readonly key?: string;
  readonly cost?: number;
  /** The outcome of what the call threw, when the caller knows better than its code and name tell. */
  readonly classify?: (error: unknown) => Outcome;
}

export type Call<T> = (instance: ServiceInstance, context: RunContext) => Promise<T> | T;

const NEVER: AbortSignal = new AbortController().signal;

/** Rejects with what the last attempt threw, or with NoInstanceError when nobody could be asked at all. */
export async function run<T>(service: Service, call: Call<T>, options: RunOptions = {}): Promise<T> {
  const { signal = NEVER, idempotent = false, key, cost } = options;
  signal.throwIfAborted();
  let now = service.now();
  service.beginRequest(now);
  const retries = retriesOf(options.retries, service.settings.retries.max);
  let exclude: string[] | undefined;
  let kills = 0;
  for (let attempt = 1; ; attempt++) {
    const replayable = idempotent && attempt <= retries;
    const lease = service.pick({ key, cost, exclude, replayable, now }) ?? (await waitForOne(service, { key, cost, exclude, replayable }, signal));
    if (lease === undefined) throw new NoInstanceError(service.name, service.reasons(), service.nextChangeInMs());
    try {
      const value = await call(lease.instance, { signal, attempt });
      lease.succeed();
      return value;
    } catch (error) {
      now = service.now();
      const cause = settleFailure(service, lease, error, options, now);
      if (cause === undefined || attempt > retries || signal.aborted) throw error;
      if (isKill(cause)) kills++;
      const delivered = cause !== 'connect';
      // The call is a function: it can always be made again.
      if (!service.mayRetry({ attempt, cause, idempotent, delivered, replayable: true, kills }, now, retries)) throw error;
      (exclude ??= []).push(lease.instance.id);
      if (service.hasNobodyBut(exclude, now)) throw error;
    }
  }
}

// The cause when the instance failed; undefined when what was thrown says nothing about it.
function settleFailure(service: Service, lease: Lease, error: unknown, { signal, classify }: RunOptions, now: number): FailureCause | undefined {
  const outcome = signal?.aborted === true && signal.reason === error ? undefined : service.classifyError(error, classify);
  if (outcome === undefined || outcome.kind === 'ignored') {
    lease.ignore({ now });
    return undefined;
  }
  if (outcome.kind === 'success') {
    lease.succeed({ now });
    return undefined;
  }
  lease.fail(outcome.cause, { now, retryAfterMs: outcome.retryAfterMs });
  return outcome.cause;
}

interface Wish {
  readonly key: string | undefined;
  readonly cost: number | undefined;
  readonly exclude: readonly string[] | undefined;
  readonly replayable: boolean;
}

// With maxWait, waits for the first instance to come back; the timer keeps the process alive, since a caller awaits it.
async function waitForOne(service: Service, wish: Wish, signal: AbortSignal): Promise<Lease | undefined> {
  const { maxWait } = service.settings;
  if (maxWait === 0) return undefined;
  const until = service.now() + maxWait;
  for (let now = service.now(); now < until; now = service.now()) {
    const soon = service.nextChangeInMs() ?? LONGEST_NAP_MS;
    await service.sleep(Math.min(until - now, Math.max(1, Math.min(LONGEST_NAP_MS, soon))), signal);
    const lease = service.pick(wish);
    if (lease !== undefined) return lease;
  }
  return undefined;
}

// A membership update or a good check may end the wait sooner than time does.
const LONGEST_NAP_MS = 50;

function retriesOf(given: number | undefined, byDefault: number): number {
  return given === undefined || !(given >= 0) ? byDefault : Math.min(10, Math.floor(given));
}
