// The fleet: queues with a few workers each, and the faults of a script, on a virtual clock.
//
// The same instance as `fakeFleet` of hale/testing, with callbacks for promises: a promise needs a turn of the event loop
// for each step of the clock, and a million requests would take minutes. What a fault does is still said in one place,
// the catalogue of hale/testing.

import type { FailureCause } from 'hale';
import type { Behaviour, FaultScript, Random, VirtualClock } from 'hale/testing';
import { behave, faultsAt, nextBreak } from 'hale/testing';
import type { Scenario } from './scenarios.ts';

/** One request; its work takes as long wherever it is sent, so that policies are compared on the same work. */
export interface Request {
  readonly arrivedAt: number;
  readonly workMs: number;
  readonly method: 'GET' | 'POST';
  readonly isPoison: boolean;
}

/** Called once: undefined when the answer is good. */
export type OnEnd = (cause: FailureCause | undefined) => void;

export class Fleet {
  readonly #instances: readonly Instance[];

  constructor(scenario: Scenario, clock: VirtualClock, random: Random) {
    this.#instances = Array.from(
      { length: scenario.instances },
      (_, at) => new Instance(String(at), scenario, clock, random),
    );
  }

  /** Sends a request; the answer is how the caller gives up, after which `onEnd` is not called. */
  send(instance: number, request: Request, onEnd: OnEnd): () => void {
    return this.#instances[instance].send(request, onEnd);
  }

  /** Does its health endpoint pass just now? */
  passesCheck(instance: number): boolean {
    return this.#instances[instance].passesCheck();
  }
}

interface Call {
  readonly behaviour: Behaviour;
  readonly onEnd: OnEnd;
  isOver: boolean;
}

/** What it takes to be refused a connection, on a network without distance. */
const REFUSED_MS = 1;
const CHECK = { method: 'GET', check: true, poison: false } as const;

class Instance {
  readonly #id: string;
  readonly #workers: number;
  readonly #script: FaultScript;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #open = new Set<Call>();
  #waiting: Call[] = [];
  #busy = 0;
  /** A break begins another life; work that ends in an earlier one frees no worker. */
  #life = 0;

  constructor(id: string, scenario: Scenario, clock: VirtualClock, random: Random) {
    this.#id = id;
    this.#workers = scenario.workers;
    this.#script = scenario.script;
    this.#clock = clock;
    this.#random = random;
    this.#awaitBreak(0);
  }

  send(request: Request, onEnd: OnEnd): () => void {
    const seen = { method: request.method, check: false, poison: request.isPoison };
    const call: Call = { behaviour: this.#behave(seen, request.workMs), onEnd, isOver: false };
    this.#open.add(call);
    const { behaviour } = call;
    if (behaviour.kind === 'refuse') this.#clock.schedule(REFUSED_MS, () => this.#end(call, 'connect'));
    else if (behaviour.kind === 'answer' && behaviour.quick)
      this.#clock.schedule(behaviour.latencyMs, () => this.#finish(call));
    else if (behaviour.kind !== 'hang') {
      this.#waiting.push(call);
      this.#work();
    }
    return () => {
      call.isOver = true;
      this.#open.delete(call);
    };
  }

  passesCheck(): boolean {
    const behaviour = this.#behave(CHECK, 1);
    return behaviour.kind === 'answer' && behaviour.status === 200;
  }

  #behave(seen: Parameters<typeof behave>[1], workMs: number): Behaviour {
    const now = this.#clock.now();
    // No scenario here asks how much was sent lately: that is the fault `overload`.
    const situation = { now, random: this.#random, serviceMs: workMs, recent: 0 };
    return behave(faultsAt(this.#script, this.#id, now), seen, situation);
  }

  #work(): void {
    while (this.#busy < this.#workers && this.#waiting.length > 0) {
      const call = this.#waiting.shift()!;
      if (call.isOver) continue; // its caller gave up while it waited
      this.#busy++;
      const life = this.#life;
      this.#clock.schedule((call.behaviour as { latencyMs: number }).latencyMs, () => {
        this.#finish(call);
        if (life !== this.#life) return;
        this.#busy--;
        this.#work();
      });
    }
  }

  #finish(call: Call): void {
    const { behaviour } = call;
    if (behaviour.kind !== 'answer') this.#end(call, 'reset');
    else this.#end(call, behaviour.status >= 500 ? 'server-error' : undefined);
  }

  #end(call: Call, cause: FailureCause | undefined): void {
    if (call.isOver) return;
    call.isOver = true;
    this.#open.delete(call);
    call.onEnd(cause);
  }

  #break(): void {
    this.#life++;
    this.#busy = 0;
    this.#waiting = [];
    for (const call of this.#open) this.#end(call, 'reset');
  }

  #awaitBreak(from: number): void {
    for (const line of this.#script) {
      if (line.instance === this.#id || line.instance === '*') this.#awaitBreakOf(line, Math.max(from, line.at));
    }
  }

  #awaitBreakOf(line: FaultScript[number], from: number): void {
    const at = nextBreak([{ fault: line.fault, since: line.at }], from);
    if (!(at < line.until)) return;
    this.#clock.schedule(at - this.#clock.now(), () => {
      this.#break();
      this.#awaitBreakOf(line, at + 1);
    });
  }
}
