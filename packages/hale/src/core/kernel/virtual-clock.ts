// Time that moves only when told to. The simulator runs hours of traffic in a second with `runUntil`, which is
// synchronous; a test that has promises in play uses `advance`, which lets them settle between two timers.
//
// Timers wait in a binary heap ordered by time, then by the order in which they were scheduled, so that a run is the
// same every time.

import type { Clock } from './clock.ts';
import { parseDuration } from './duration.ts';

export interface VirtualClock extends Clock {
  /** Runs every timer due up to and including `ms` (absolute), then stands at `ms`. Synchronous. */
  runUntil(ms: number): void;
  /** Moves on by a duration (`'10s'` or milliseconds), letting promises settle after each timer. */
  advance(duration: string | number): Promise<void>;
  /** How many timers wait. */
  readonly pending: number;
}

export function virtualClock(startMs = 0): VirtualClock {
  let now = startMs;
  let order = 0;
  const heap: Timer[] = [];

  const runNext = (): void => {
    const timer = takeFirst(heap);
    now = Math.max(now, timer.at);
    if (!timer.cancelled) timer.run();
  };

  return {
    now: () => now,
    get pending() {
      return heap.reduce((count, timer) => count + (timer.cancelled ? 0 : 1), 0);
    },
    schedule(delayMs, run) {
      // NaN would never be due and would break the heap's order.
      const timer: Timer = { at: now + (delayMs > 0 ? delayMs : 0), order: order++, run, cancelled: false };
      insert(heap, timer);
      return () => {
        timer.cancelled = true;
      };
    },
    runUntil(ms) {
      while (heap.length > 0 && heap[0].at <= ms) runNext();
      // Not Math.max: NaN would stay in the clock for ever.
      if (ms > now) now = ms;
    },
    async advance(duration) {
      const ms = typeof duration === 'number' ? duration : parseDuration(duration);
      if (ms === undefined || !(ms >= 0))
        throw new RangeError(`advance: expected a duration, received ${String(duration)}`);
      const end = now + ms;
      await settlePromises();
      while (heap.length > 0 && heap[0].at <= end) {
        runNext();
        await settlePromises();
      }
      now = Math.max(now, end);
    },
  };
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function insert(heap: Timer[], timer: Timer): void {
  let hole = heap.length;
  heap.push(timer);
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    if (!isBefore(timer, heap[parent])) break;
    heap[hole] = heap[parent];
    hole = parent;
  }
  heap[hole] = timer;
}

function takeFirst(heap: Timer[]): Timer {
  const first = heap[0];
  const last = heap.pop()!;
  if (heap.length === 0) return first;
  let hole = 0;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
    if (!isBefore(heap[child], last)) break;
    heap[hole] = heap[child];
    hole = child;
  }
  heap[hole] = last;
  return first;
}

// One turn of the event loop drains every chain of promises, however long; counting microtasks would miss the long ones.
function settlePromises(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
