// What can go wrong with an instance, as data: the one catalogue that the simulator, the demo and the tests interpret.
//
// A fault is a small value, `{ name, ...params }`, and everything it does is in its one entry of CATALOGUE. `behave` is
// pure: it draws from the `random` it is handed and reads no clock, so virtual time, a thread full of real servers and a
// unit test see the same fault. Several faults at once are folded in the order given: delays multiply, a failure stays.
//
// Where it fails: an instance is one queue here; faults inside the network (loss, reordering) show only as what a
// caller sees of them (a delay, a hang, a reset).

import type { Random } from '../core/kernel/index.ts';
import { CATALOGUE } from './catalogue.ts';

/** Shares are in [0,1], durations in milliseconds, factors multiply the time that the work takes. */
export type Fault =
  | { readonly name: 'refuse' }
  | { readonly name: 'blackhole' }
  | { readonly name: 'brownout'; readonly share: number; readonly method?: Method }
  | { readonly name: 'sinkhole'; readonly status: number }
  | { readonly name: 'slow'; readonly factor: number }
  | { readonly name: 'gray'; readonly share: number; readonly factor: number }
  | { readonly name: 'cold'; readonly factor: number; readonly warmMs: number }
  | { readonly name: 'flapping'; readonly periodMs: number; readonly downShare: number }
  | { readonly name: 'leak'; readonly fullMs: number; readonly factor: number }
  | { readonly name: 'pauses'; readonly everyMs: number; readonly lengthMs: number }
  | { readonly name: 'resets'; readonly everyMs: number }
  | { readonly name: 'truncated'; readonly share: number }
  | { readonly name: 'overload'; readonly perSecond: number; readonly retryAfterMs: number }
  | { readonly name: 'poison'; readonly by: 'error' | 'reset' }
  | { readonly name: 'route-fails'; readonly route: string; readonly status: number }
  | { readonly name: 'check-lies'; readonly says: 'good' | 'bad' };

export type FaultName = Fault['name'];
export type Method = 'GET' | 'PUT' | 'POST';

/** What an instance sees of a request. */
export interface FleetRequest {
  readonly method: Method;
  /** An active check, which some faults spare and some deceive. */
  readonly check: boolean;
  /** Bad for every instance that has the fault `poison`, however often it is sent. */
  readonly poison: boolean;
  /** What it asks for, as far as anyone said. */
  readonly route?: string | undefined;
}

/** What surrounds it. */
export interface Situation {
  /** Milliseconds on the script's clock. */
  readonly now: number;
  readonly random: Random;
  /** What the work would take on a sound instance. */
  readonly serviceMs: number;
  /** Requests that this instance took on in the last second, before this one; those it turned away with 429 are none. */
  readonly recent: number;
}

/**
 * What the caller gets. `quick`: answered without the work, so it needs no place in the instance's queue.
 * `truncated`: the head promises more body than comes before the connection breaks.
 */
export type Behaviour =
  | {
      readonly kind: 'answer';
      readonly latencyMs: number;
      readonly status: number;
      readonly retryAfterMs?: number;
      readonly quick?: true;
      readonly truncated?: true;
    }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset'; readonly latencyMs: number };

/** A fault that is at work, and since when. */
export interface ActiveFault {
  readonly fault: Fault;
  readonly since: number;
}

/** What an instance with these faults does with a request. Draws from `random` at most twice for each fault. */
export function behave(active: readonly ActiveFault[], request: FleetRequest, situation: Situation): Behaviour {
  let result: Behaviour = { kind: 'answer', latencyMs: situation.serviceMs, status: 200 };
  for (const { fault, since } of active) {
    const ageMs = situation.now - since;
    if (ageMs < 0) continue; // not begun
    const entry = entryOf(fault);
    if (entry.refuses?.(fault, ageMs)) return { kind: 'refuse' };
    result = entry.effect?.(fault, result, request, situation, ageMs) ?? result;
  }
  return result;
}

/** Was it told to come later? Then it does not count among what the instance took on. */
export function isTurnedAway(behaviour: Behaviour): boolean {
  return behaviour.kind === 'answer' && behaviour.status === 429;
}

/** Does it refuse connections just now? Then an interpreter with real sockets closes its listener. */
export function isRefusing(active: readonly ActiveFault[], now: number): boolean {
  return active.some(({ fault, since }) => now >= since && entryOf(fault).refuses?.(fault, now - since) === true);
}

/**
 * The first moment at or after `from` at which every connection of the instance breaks at once (a crash, a burst of
 * resets), or Infinity. What was in flight then is lost to its caller.
 */
export function nextBreak(active: readonly ActiveFault[], from: number): number {
  let first = Infinity;
  for (const { fault, since } of active) {
    const age = entryOf(fault).nextBreak?.(fault, Math.max(0, from - since)) ?? Infinity;
    first = Math.min(first, since + age);
  }
  return first;
}

/** A fault in a few words for a table, e.g. `slow x10`. */
export function describeFault(fault: Fault): string {
  return entryOf(fault).label(fault);
}

/** One fault's whole meaning. Every function is pure; `ageMs` is the time since the fault began. */
export interface FaultEntry<F extends Fault> {
  /** What it is, in one sentence. */
  readonly doc: string;
  /** One of its kind, with ordinary parameters. */
  readonly example: F;
  label(fault: F): string;
  /** What becomes of `result`; undefined leaves it as it is. */
  effect?(
    fault: F,
    result: Behaviour,
    request: FleetRequest,
    situation: Situation,
    ageMs: number,
  ): Behaviour | undefined;
  refuses?(fault: F, ageMs: number): boolean;
  /** The age, at least `ageMs`, at which all connections break next. */
  nextBreak?(fault: F, ageMs: number): number;
}

// Each entry takes its own kind of fault; looked up by that fault's name, it is the right one.
function entryOf(fault: Fault): FaultEntry<Fault> {
  return CATALOGUE[fault.name] as unknown as FaultEntry<Fault>;
}
