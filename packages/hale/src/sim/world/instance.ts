// One simulated instance: a queue with a few workers, and the faults of its script.
//
// The same instance as `fakeFleet` of hale/testing, with callbacks for promises: a promise needs a turn of the event loop
// for each step of the clock, and a million requests would take minutes. What a fault does is said in one place, the
// catalogue in faults/.

import type { Random, VirtualClock } from '../../core/kernel/index.ts';
import type { FailureCause } from '../../core/model/index.ts';
import type { ActiveFault, Behaviour, FaultScript, FleetRequest, ScriptLine } from '../../faults/index.ts';
import { behave, changesOf, faultsAt, isTurnedAway, nextBreak } from '../../faults/index.ts';
import type { FleetShape } from '../scenario.ts';
import { RecentCount } from './recent.ts';
import type { Request } from '../request.ts';

/** What the caller of an attempt is told, each at most once, the end last. */
export interface Waiting {
  /** The head of a good answer; its body is still to come. */
  onHead(): void;
  /** Undefined: the answer is good and complete. */
  onEnd(cause: FailureCause | undefined, retryAfterMs: number | undefined): void;
}

interface Call {
  readonly behaviour: Behaviour;
  readonly streamMs: number;
  readonly caller: Waiting;
  isOver: boolean;
}

/** What it takes to be refused a connection, on a network without distance. */
const REFUSED_MS = 1;
const CHECK: FleetRequest = { method: 'GET', check: true, poison: false };
/** A health endpoint does no work to speak of. */
const CHECK_MS = 1;

export class Instance {
  readonly #id: string;
  readonly #shape: FleetShape;
  readonly #speed: number;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  /** The lines of the script that mean this instance. */
  readonly #script: FaultScript;
  readonly #changes: readonly number[];
  #active: readonly ActiveFault[] = [];
  #activeUntil = -1;
  readonly #recent: RecentCount | undefined;
  readonly #open = new Set<Call>();
  #waiting: Call[] = [];
  #busy = 0;
  /** A break begins another life; work that ends in an earlier one frees no worker. */
  #life = 0;

  constructor(place: number, shape: FleetShape, script: FaultScript, clock: VirtualClock, random: Random) {
    this.#id = String(place);
    this.#shape = shape;
    this.#speed = shape.speeds?.[place % shape.speeds.length] ?? 1;
    this.#clock = clock;
    this.#random = random;
    this.#script = script.filter(({ instance }) => instance === this.#id || instance === '*');
    this.#changes = changesOf(this.#script);
    this.#recent = this.#script.some(({ fault }) => fault.name === 'overload') ? new RecentCount() : undefined;
    for (const line of this.#script) this.#awaitBreak(line, line.at);
  }

  /** Sends an attempt; the answer is how its caller gives up, after which it is told nothing. */
  send(request: Request, caller: Waiting): () => void {
    const { method, isPoison, route, streamMs, workMs } = request;
    const behaviour = this.#behave({ method, check: false, poison: isPoison, route }, workMs / this.#speed);
    const call: Call = { behaviour, streamMs: streamMs / this.#speed, caller, isOver: false };
    this.#open.add(call);
    if (behaviour.kind === 'refuse') {
      this.#clock.schedule(REFUSED_MS, () => this.#end(call, 'connect'));
    } else if (behaviour.kind === 'answer' && behaviour.quick) {
      this.#clock.schedule(behaviour.latencyMs, () => this.#finish(call));
    } else if (behaviour.kind !== 'hang') {
      this.#admit(call);
    }
    return () => {
      call.isOver = true;
      this.#open.delete(call);
    };
  }

  /** Does its health endpoint pass just now? */
  passesCheck(): boolean {
    const behaviour = this.#behave(CHECK, CHECK_MS);
    return behaviour.kind === 'answer' && behaviour.status === 200;
  }

  #admit(call: Call): void {
    if (this.#busy < this.#shape.workers) return this.#work(call);
    if (this.#waiting.length < this.#shape.maxQueue) return void this.#waiting.push(call);
    this.#clock.schedule(REFUSED_MS, () => this.#end(call, 'server-error'));
  }

  #behave(seen: FleetRequest, workMs: number): Behaviour {
    const now = this.#clock.now();
    if (now >= this.#activeUntil) {
      this.#active = faultsAt(this.#script, this.#id, now);
      this.#activeUntil = this.#changes.find((at) => at > now) ?? Infinity;
    }
    const recent = this.#recent?.at(now) ?? 0;
    const behaviour = behave(this.#active, seen, { now, random: this.#random, serviceMs: workMs, recent });
    if (!seen.check && !isTurnedAway(behaviour)) this.#recent?.add(now);
    return behaviour;
  }

  #work(call: Call): void {
    this.#busy++;
    const life = this.#life;
    const release = (): void => {
      if (life !== this.#life) return;
      this.#busy--;
      this.#takeNext();
    };
    const { behaviour, streamMs } = call;
    this.#clock.schedule((behaviour as { latencyMs: number }).latencyMs, () => {
      if (streamMs > 0 && !call.isOver && behaviour.kind === 'answer' && behaviour.status < 400) {
        call.caller.onHead();
        this.#clock.schedule(streamMs, () => {
          this.#finish(call);
          release();
        });
      } else {
        this.#finish(call);
        release();
      }
    });
  }

  #takeNext(): void {
    while (this.#busy < this.#shape.workers && this.#waiting.length > 0) {
      const call = this.#waiting.shift()!;
      if (!call.isOver) this.#work(call); // else its caller gave up while it waited
    }
  }

  #finish(call: Call): void {
    const { behaviour } = call;
    if (behaviour.kind !== 'answer' || behaviour.truncated) this.#end(call, 'reset');
    else if (behaviour.status === 429) this.#end(call, 'overload', behaviour.retryAfterMs);
    else this.#end(call, behaviour.status >= 500 ? 'server-error' : undefined);
  }

  #end(call: Call, cause: FailureCause | undefined, retryAfterMs?: number): void {
    if (call.isOver) return;
    call.isOver = true;
    this.#open.delete(call);
    call.caller.onEnd(cause, retryAfterMs);
  }

  #break(): void {
    this.#life++;
    this.#busy = 0;
    this.#waiting = [];
    for (const call of this.#open) this.#end(call, 'reset');
  }

  #awaitBreak(line: ScriptLine, from: number): void {
    const at = nextBreak([{ fault: line.fault, since: line.at }], from);
    if (!(at < line.until)) return;
    this.#clock.schedule(at - this.#clock.now(), () => {
      this.#break();
      this.#awaitBreak(line, at + 1);
    });
  }
}
