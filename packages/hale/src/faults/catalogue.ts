// The catalogue itself: one entry for each fault, and nothing about a fault anywhere else.
//
// Numbers in `example` are those of ordinary incidents: a process that is up half of the time, an instance ten times as
// slow, one answer in two refused. Simulations and property tests draw from these and vary them.

import type { Behaviour, Fault, FaultEntry, FaultName, FleetRequest } from './fault.ts';

export const CATALOGUE: { readonly [N in FaultName]: FaultEntry<Extract<Fault, { readonly name: N }>> } = {
  refuse: {
    doc: 'The process has crashed: connections are refused, and what was in flight is broken.',
    example: { name: 'refuse' },
    label: () => 'crash: refuses',
    refuses: () => true,
    nextBreak: onsetOnly,
  },
  blackhole: {
    doc: 'Packets vanish: nothing is ever answered, checks included.',
    example: { name: 'blackhole' },
    label: () => 'black hole',
    effect: () => ({ kind: 'hang' }),
  },
  brownout: {
    doc: 'A share of the answers is a 503, fast; with `method` only to requests of that method, which no check sees.',
    example: { name: 'brownout', share: 0.5 },
    label: ({ share, method }) => `${percent(share)} 503${method ? ` to ${method}` : ''}`,
    effect: (fault, result, request, { random }) =>
      isMeant(fault.method, request) && random() < fault.share ? failFast(result, 503) : undefined,
  },
  sinkhole: {
    doc: 'Every request fails at once while the health endpoint passes: whoever sends to the least busy sends here.',
    example: { name: 'sinkhole', status: 500 },
    label: ({ status }) => `sinkhole: fast ${status}`,
    effect: ({ status }, result, request) => (request.check ? undefined : failFast(result, status)),
  },
  slow: {
    doc: 'All work takes `factor` times as long.',
    example: { name: 'slow', factor: 10 },
    label: ({ factor }) => `slow x${factor}`,
    effect: (fault, result) => stretch(result, fault.factor),
  },
  gray: {
    doc: 'A share of the work takes `factor` times as long, the rest is as ever.',
    example: { name: 'gray', share: 0.2, factor: 20 },
    label: ({ share, factor }) => `${percent(share)} slow x${factor}`,
    effect: (fault, result, _request, { random }) =>
      random() < fault.share ? stretch(result, fault.factor) : undefined,
  },
  cold: {
    doc: 'Just started: `factor` times as slow at first, falling in a line to ordinary within `warmMs`.',
    example: { name: 'cold', factor: 8, warmMs: 10_000 },
    label: ({ factor }) => `cold start x${factor}`,
    effect: ({ factor, warmMs }, result, _request, _situation, ageMs) =>
      stretch(result, 1 + (factor - 1) * Math.max(0, 1 - ageMs / Math.max(1, warmMs))),
  },
  flapping: {
    doc: 'Crashes at the start of each period, is gone for `downShare` of it and then back.',
    example: { name: 'flapping', periodMs: 2000, downShare: 0.5 },
    label: ({ periodMs }) => `flapping ${periodMs / 1000}s`,
    refuses: ({ periodMs, downShare }, ageMs) => ageMs % periodMs < periodMs * downShare,
    nextBreak: ({ periodMs }, ageMs) => Math.ceil(ageMs / periodMs) * periodMs,
  },
  leak: {
    doc: 'Fills up within `fullMs`: ever slower, up to `factor`, and failing more and more from halfway on.',
    example: { name: 'leak', fullMs: 20_000, factor: 10 },
    label: ({ factor }) => `leak up to x${factor}`,
    effect(fault, result, _request, { random }, ageMs) {
      const filled = Math.min(1, ageMs / Math.max(1, fault.fullMs));
      // Nothing fails in the first half, everything at the end: what a heap near its limit does.
      if (random() < 2 * filled - 1) return failFast(result, 500);
      return stretch(result, 1 + (fault.factor - 1) * filled);
    },
  },
  pauses: {
    doc: 'Stands still for `lengthMs` at the start of each `everyMs`, as in a full collection; then answers all.',
    example: { name: 'pauses', everyMs: 5000, lengthMs: 800 },
    label: ({ lengthMs }) => `pauses ${lengthMs}ms`,
    effect({ everyMs, lengthMs }, result, _request, _situation, ageMs) {
      const left = lengthMs - (ageMs % everyMs);
      return left > 0 && (result.kind === 'answer' || result.kind === 'reset')
        ? { ...result, latencyMs: result.latencyMs + left }
        : undefined;
    },
  },
  resets: {
    doc: 'Every connection breaks at once, at the start and then each `everyMs` (0: once); new ones work.',
    example: { name: 'resets', everyMs: 1000 },
    label: () => 'burst of resets',
    nextBreak: ({ everyMs }, ageMs) =>
      everyMs > 0 ? Math.ceil(ageMs / everyMs) * everyMs : onsetOnly(undefined, ageMs),
  },
  truncated: {
    doc: 'A share of the answers breaks off in the middle of the body: the head had promised more.',
    example: { name: 'truncated', share: 0.2 },
    label: ({ share }) => `${percent(share)} cut short`,
    effect: (fault, result, _request, { random }) =>
      result.kind === 'answer' && random() < fault.share ? { ...result, truncated: true } : undefined,
  },
  overload: {
    doc: 'Takes on `perSecond` requests a second, and answers what is more with 429 and Retry-After.',
    example: { name: 'overload', perSecond: 20, retryAfterMs: 1000 },
    label: ({ perSecond }) => `429 above ${perSecond}/s`,
    effect(fault, result, request, { recent }) {
      if (request.check || recent < fault.perSecond || result.kind !== 'answer') return undefined;
      return { ...(failFast(result, 429) as typeof result), retryAfterMs: fault.retryAfterMs };
    },
  },
  poison: {
    doc: 'Poison requests fail here, by an error or by breaking the connection. Meant for every instance at once.',
    example: { name: 'poison', by: 'error' },
    label: () => 'poison fails',
    effect(fault, result, request) {
      if (!request.poison || result.kind !== 'answer') return undefined;
      return fault.by === 'reset' ? { kind: 'reset', latencyMs: result.latencyMs } : { ...result, status: 500 };
    },
  },
  'route-fails': {
    doc: 'Requests of one route fail here, fast, and all others do well; meant for one instance, or for every one.',
    example: { name: 'route-fails', route: '/report', status: 500 },
    label: ({ route }) => `fails ${route.slice(0, 12)}`,
    effect: (fault, result, request) =>
      request.route === fault.route && !request.check ? failFast(result, fault.status) : undefined,
  },
  'check-lies': {
    doc: 'The health endpoint passes, or fails, whatever the traffic shows.',
    example: { name: 'check-lies', says: 'bad' },
    label: ({ says }) => `checks say ${says}`,
    effect: (fault, _result, request, { serviceMs }) =>
      request.check ? { kind: 'answer', latencyMs: serviceMs, status: fault.says === 'good' ? 200 : 503 } : undefined,
  },
};

/** Every fault with ordinary parameters, for tests and simulations that run through all of them. */
export const FAULTS: readonly Fault[] = Object.values(CATALOGUE).map((entry) => entry.example);

/** A failing fast path skips the work; 1 ms is what a handler takes that fails on its first line. */
const FAST_MS = 1;

function failFast(result: Behaviour, status: number): Behaviour {
  if (result.kind !== 'answer') return result;
  return { kind: 'answer', latencyMs: Math.min(result.latencyMs, FAST_MS), status, quick: true };
}

// Failing fast is not slowed down: the delay is in the work, which is not done then.
function stretch(result: Behaviour, factor: number): Behaviour {
  return result.kind === 'answer' && !result.quick ? { ...result, latencyMs: result.latencyMs * factor } : result;
}

function onsetOnly(_fault: unknown, ageMs: number): number {
  return ageMs <= 0 ? 0 : Infinity;
}

function isMeant(method: string | undefined, request: FleetRequest): boolean {
  return method === undefined || (method === request.method && !request.check);
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
