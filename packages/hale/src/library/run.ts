// `run`: one request with all its attempts. Pick, call, settle; on failure ask whether it may be sent again, and to whom.
//
// It holds no policy: whose fault an error is, whether a retry is allowed and who is asked next are answers of core/.

import type { BlameKey, FailureCause, Fault, Outcome, PickOptions, ServiceInstance } from '../core/model/index.ts';
import { ConfigError, NoInstanceError, describe } from '../core/model/index.ts';
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
  /** Whose request it is, at most two names: if it fails wherever it is sent, that is held against no instance. Default `key`. */
  readonly blameKey?: BlameKey;
  readonly cost?: number;
  /** The outcome of what the call threw, when the caller knows better than its code and name tell. */
  readonly classify?: (error: unknown) => Outcome;
}

export type Call<T> = (instance: ServiceInstance, context: RunContext) => Promise<T> | T;

const NEVER: AbortSignal = new AbortController().signal;

/** Rejects with what the last attempt threw, or with NoInstanceError when nobody could be asked at all. */
export async function run<T>(service: Service, call: Call<T>, options?: RunOptions): Promise<T> {
  if (options !== undefined || typeof call !== 'function') check(call, options === undefined ? NO_OPTIONS : options);
  const signal = options?.signal ?? NEVER;
  if (signal.aborted) signal.throwIfAborted();
  const now = service.now();
  service.beginRequest(now);
  const replayable = options?.idempotent === true && retriesOf(options.retries, service) > 0;
  const wish = {
    key: options?.key,
    blameKey: options?.blameKey,
    cost: options?.cost,
    exclude: undefined,
    replayable,
    now,
  };
  let lease = pickNow(service, wish);
  if (lease === undefined) {
    const waiting = service.wait(wish, options?.signal);
    if (waiting === undefined) throw service.noInstance();
    lease = await waiting;
  }
  try {
    const value = await call(lease.instance, { signal, attempt: 1 });
    lease.succeed();
    service.noteEnded();
    return value;
  } catch (error) {
    return await again(service, call, options ?? NO_OPTIONS, signal, lease, error);
  }
}

const NO_OPTIONS: RunOptions = Object.freeze({});

// After a first attempt has failed: further ones, on other instances, as long as core/retry allows.
async function again<T>(
  service: Service,
  call: Call<T>,
  options: RunOptions,
  signal: AbortSignal,
  failed: Lease,
  thrown: unknown,
): Promise<T> {
  const { idempotent = false, key, blameKey, cost } = options;
  const retries = retriesOf(options.retries, service);
  const exclude: string[] = [];
  let lease = failed;
  let error = thrown;
  let kills = 0;
  for (let attempt = 1; ; attempt++) {
    const now = service.now();
    const cause = settleFailure(service, lease, error, options, now);
    service.noteEnded();
    if (cause === undefined || attempt > retries || signal.aborted) throw error;
    if (isKill(cause)) kills++;
    exclude.push(lease.instance.id);
    // Else it would wait for somebody who cannot come.
    if (service.hasNobodyBut(exclude)) throw error;
    const delivered = cause !== 'connect';
    // The call is a function: it can always be made again.
    const suspected = lease.isKeyBlamed;
    if (!service.mayRetry({ attempt, cause, idempotent, delivered, replayable: true, kills, suspected }, now, retries))
      throw error;
    const wish = { key, blameKey, cost, exclude, replayable: idempotent && attempt < retries, now };
    const next = pickNow(service, wish) ?? (await service.wait(wish, options.signal)?.catch(orElse(error)));
    if (next === undefined) throw error;
    // Only what is sent is paid for; while this one waited, others may have spent the budget.
    if (!service.beginRetry(service.now())) {
      next.ignore();
      service.noteEnded();
      throw error;
    }
    lease = next;
    try {
      const value = await call(lease.instance, { signal, attempt: attempt + 1 });
      lease.succeed();
      service.noteEnded();
      return value;
    } catch (again) {
      error = again;
    }
  }
}

// What is wrong here is the caller's fault; inside an attempt it would be taken for the instance's.
function check(call: unknown, options: RunOptions): void {
  const faults: Fault[] = [];
  if (typeof call !== 'function') faults.push({ path: 'call', expected: 'a function', received: describe(call) });
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ConfigError([...faults, { path: 'options', expected: 'an object', received: describe(options) }]);
  }
  const { signal, classify, retries } = options;
  if (
    signal !== undefined &&
    !(typeof signal?.aborted === 'boolean' && typeof signal.addEventListener === 'function')
  ) {
    faults.push({ path: 'signal', expected: 'an AbortSignal', received: describe(signal) });
  }
  if (classify !== undefined && typeof classify !== 'function')
    faults.push({ path: 'classify', expected: 'a function', received: describe(classify) });
  if (retries !== undefined && !(typeof retries === 'number' && retries >= 0))
    faults.push({ path: 'retries', expected: 'a number from 0 to 10', received: describe(retries) });
  if (faults.length > 0) throw new ConfigError(faults);
}

// The cause when the instance failed; undefined when what was thrown says nothing about it.
function settleFailure(
  service: Service,
  lease: Lease,
  error: unknown,
  { signal, classify }: RunOptions,
  now: number,
): FailureCause | undefined {
  // Once the caller has left, whatever is thrown may be its leaving in other words.
  const outcome = signal?.aborted === true ? undefined : service.classifyError(error, classify);
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

// Whoever comes while others wait for an instance lets them go first.
function pickNow(service: Service, wish: PickOptions): Lease | undefined {
  return service.isAwaited ? undefined : service.pick(wish);
}

// A run that waited for its next attempt in vain ends with what the last one threw.
function orElse(thrown: unknown): (reason: unknown) => never {
  return (reason) => {
    throw reason instanceof NoInstanceError ? thrown : reason;
  };
}

function retriesOf(given: number | undefined, service: Service): number {
  return given === undefined ? service.settings.retries.max : Math.min(10, Math.floor(given));
}
