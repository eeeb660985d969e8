// One instance of the fake fleet: a queue with a few workers, and the faults of its script.
//
// Every call is a small record that is settled once; whatever comes later (the work's end after an abort, a break after
// an answer) finds it settled and does nothing. A break (crash, burst of resets) settles all at once and frees the workers.

import type { Clock, Random } from '../core/kernel/index.ts';
import type { Behaviour, FaultScript, FleetRequest, ScriptLine } from '../faults/index.ts';
import { behave, faultsAt, isTurnedAway, lognormal, nextBreak } from '../faults/index.ts';
import type { FleetAnswer, FleetCounts } from './fleet.ts';
import { FleetError } from './fleet-error.ts';

export interface FleetSettings {
  readonly clock: Clock;
  readonly random: Random;
  readonly script: FaultScript;
  /** The clock's reading at the script's 0. */
  readonly startedAt: number;
  readonly serviceMs: number;
  readonly sigma: number;
  readonly workers: number;
  readonly maxQueue: number;
}

interface Call {
  readonly request: FleetRequest;
  readonly behaviour: Behaviour;
  readonly arrivedAt: number;
  settled: boolean;
  working: boolean;
  settle(outcome: FleetAnswer | Error, kind: 'answered' | 'failed' | 'refused' | 'broken' | 'aborted'): void;
}

/** A check asks for little: a health endpoint does no work to speak of. */
const CHECK_MS = 1;
const RECENT_MS = 1000;
const MOST_ARRIVALS = 100_000;

export class FakeInstance {
  readonly #id: string;
  readonly #settings: FleetSettings;
  #waiting: Call[] = [];
  readonly #open = new Set<Call>();
  /** Work under way belongs to a life; a break starts the next one, and ends of an earlier life free no worker. */
  #life = 0;
  #busy = 0;
  readonly #arrivals: number[] = [];
  readonly #tally = { requests: 0, answered: 0, failed: 0, refused: 0, broken: 0, aborted: 0 };
  readonly #timers = new Map<ScriptLine, () => void>();

  constructor(id: string, settings: FleetSettings) {
    this.#id = id;
    this.#settings = settings;
    for (const line of settings.script) {
      if (line.instance === id || line.instance === '*') this.#awaitBreak(line, line.at);
    }
  }

  call(request: FleetRequest, signal: AbortSignal | undefined): Promise<FleetAnswer> {
    return new Promise((resolve, reject) => {
      this.#tally.requests += 1;
      const onAbort = (): void => call.settle(abortReason(signal!), 'aborted');
      const call: Call = {
        request,
        behaviour: this.#behave(request),
        arrivedAt: this.#now(),
        settled: false,
        working: false,
        settle: (outcome, kind) => {
          if (call.settled) return;
          call.settled = true;
          this.#open.delete(call);
          signal?.removeEventListener('abort', onAbort);
          this.#tally[kind] += 1;
          if (kind === 'failed') this.#tally.answered += 1;
          if (outcome instanceof Error || kind === 'aborted') reject(outcome as Error);
          else resolve(outcome);
        },
      };
      if (signal?.aborted) return onAbort();
      if (call.behaviour.kind === 'refuse') return call.settle(new FleetError('ECONNREFUSED', this.#id), 'refused');
      this.#open.add(call);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#admit(call);
    });
  }

  counts(): FleetCounts {
    return { ...this.#tally, inFlight: this.#open.size };
  }

  close(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #admit(call: Call): void {
    const { behaviour } = call;
    if (behaviour.kind === 'hang') return; // held until its caller gives up or the connection breaks
    if (behaviour.kind === 'answer' && behaviour.quick)
      return void this.#after(behaviour.latencyMs, () => this.#finish(call));
    if (this.#waiting.length >= this.#settings.maxQueue && this.#busy >= this.#settings.workers) {
      return call.settle({ status: 503, latencyMs: 0, instance: this.#id }, 'failed');
    }
    this.#waiting.push(call);
    this.#work();
  }

  #work(): void {
    while (this.#busy < this.#settings.workers && this.#waiting.length > 0) {
      const call = this.#waiting.shift()!;
      if (call.settled) continue; // its caller gave up while it waited
      this.#busy += 1;
      const life = this.#life;
      this.#after((call.behaviour as { latencyMs: number }).latencyMs, () => {
        this.#finish(call);
        if (life !== this.#life) return;
        this.#busy -= 1;
        this.#work();
      });
    }
  }

  #finish(call: Call): void {
    const { behaviour } = call;
    if (behaviour.kind !== 'answer' || behaviour.truncated)
      return call.settle(new FleetError('ECONNRESET', this.#id), 'broken');
    const { status, retryAfterMs } = behaviour;
    const latencyMs = this.#now() - call.arrivedAt;
    const answer = { status, latencyMs, instance: this.#id, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    call.settle(answer, status === 429 || status >= 500 ? 'failed' : 'answered');
  }

  #break(): void {
    this.#life += 1;
    this.#busy = 0;
    this.#waiting = [];
    for (const call of this.#open) call.settle(new FleetError('ECONNRESET', this.#id), 'broken');
  }

  // Arms one timer for the line's next break at or after `from`, and that one arms the next.
  #awaitBreak(line: ScriptLine, from: number): void {
    const at = nextBreak([{ fault: line.fault, since: line.at }], from);
    if (!(at < line.until)) return void this.#timers.delete(line);
    const delay = at - this.#now();
    const cancel = this.#settings.clock.schedule(
      delay,
      () => {
        this.#break();
        this.#awaitBreak(line, at + 1);
      },
      { background: true },
    );
    this.#timers.set(line, cancel);
  }

  #behave(request: FleetRequest): Behaviour {
    const { script, random, serviceMs, sigma } = this.#settings;
    const now = this.#now();
    // Bounded twice: by age, and by number in case a virtual clock stands still.
    while (this.#arrivals.length > 0 && this.#arrivals[0] <= now - RECENT_MS) this.#arrivals.shift();
    const work = request.check ? Math.min(CHECK_MS, serviceMs) : lognormal(serviceMs, sigma, random);
    const recent = this.#arrivals.length;
    const behaviour = behave(faultsAt(script, this.#id, now), request, { now, random, serviceMs: work, recent });
    if (!request.check && !isTurnedAway(behaviour) && recent < MOST_ARRIVALS) this.#arrivals.push(now);
    return behaviour;
  }

  // A call in flight is awaited by someone, so its timer holds the process.
  #after(delayMs: number, run: () => void): void {
    this.#settings.clock.schedule(delayMs, run);
  }

  #now(): number {
    return this.#settings.clock.now() - this.#settings.startedAt;
  }
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason as Error;
}
