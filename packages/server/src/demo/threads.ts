// The demo's parts that would disturb each other's clocks run in threads: the fleets in one, the load generator in
// another. The proxies share the main thread, so that all of them have the same conditions.
//
// A thread is handed its task as data and tells of itself in messages; both sides' types are here.

import { Worker } from 'node:worker_threads';

import type { FaultScript } from 'hale/testing';

export interface FleetTask {
  /** How many fleets, all alike. */
  readonly fleets: number;
  readonly ids: readonly string[];
  readonly seed: number;
  readonly serviceMs: number;
  readonly script: FaultScript;
}
/** `ports[fleet][instance]`, once; then `requests[fleet][instance]`, totals, a few times a second. */
export type FleetNews =
  | { readonly type: 'ready'; readonly ports: number[][] }
  | { readonly type: 'counts'; readonly requests: number[][] };
/** The moment of the script's 0, as `epochNow` counts. */
export interface FleetOrder {
  readonly startAt: number;
}

export interface LoadTask {
  readonly proxies: readonly { readonly name: string; readonly port: number }[];
  readonly ids: readonly string[];
  readonly seed: number;
  /** Requests a second for each proxy. */
  readonly rate: number;
  readonly script: FaultScript;
  readonly startAt: number;
  readonly lengthMs: number;
}
/** What became of one proxy's requests so far. */
export interface Tally {
  readonly name: string;
  /** Good ones sent; poison is counted apart. */
  readonly requests: number;
  readonly poison: number;
  readonly inFlight: number;
  readonly lost: number;
  /** Of these, lost while at least one instance had no fault from its arrival to its end. */
  readonly lostWhileSound: number;
  /** Of good requests that were answered, in ms from the moment they were due; null before the first. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** How requests were lost: a status or a code, and how many. */
  readonly reasons: Readonly<Record<string, number>>;
}
/** `done` once: everything that was sent has ended. */
export interface LoadNews {
  readonly type: 'tally' | 'done';
  readonly tallies: readonly Tally[];
}
/** Send nothing more. */
export interface LoadOrder {
  readonly type: 'stop';
}

export interface Thread<Order> {
  order(order: Order): void;
  end(): Promise<void>;
}

export function startThread<News, Order>(
  name: 'fleet-thread' | 'load-thread',
  task: unknown,
  onNews: (news: News) => void,
  onError: (error: Error) => void,
): Thread<Order> {
  // From source it is a .ts file, from the built package a .js file: whatever this one is.
  const worker = new Worker(new URL(`./${name}${import.meta.url.slice(-3)}`, import.meta.url), { workerData: task });
  worker.on('message', onNews).on('error', onError);
  return {
    order: (order) => worker.postMessage(order),
    end: async () => void (await worker.terminate()),
  };
}

/** Milliseconds that all threads of a process count alike; monotonic within each. */
export function epochNow(): number {
  return performance.timeOrigin + performance.now();
}
