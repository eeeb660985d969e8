// The requests of one proxy, and what became of them.
//
// A good request is lost when its client got an error, a time-out or a body that is not whole. All of them may be sent
// again by whoever forwards them (GET, and PUT that replaces), so that none need be lost while a sound instance exists;
// a POST cut off by a crash could not be saved by anybody and would only blur the comparison.

import { Agent, request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';

import { isSound } from 'hale/testing';

import type { Arrival } from './arrivals.ts';
import { Latencies } from './latencies.ts';
import { ANSWER } from './real-instance.ts';
import { epochNow } from './threads.ts';
import type { LoadTask, Tally } from './threads.ts';

/** Longer than one time-out and one retry: what has no answer by then has been lost. */
const PATIENCE_MS = 6000;
const PUT_BODY: Buffer = Buffer.alloc(1024, 'put ');
/** Kinds of loss kept apart; the rest is `other`. */
const MOST_REASONS = 16;

export class LoadLane {
  readonly #name: string;
  readonly #port: number;
  readonly #task: LoadTask;
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 256 });
  readonly #latencies = new Latencies();
  readonly #reasons: Record<string, number> = {};
  readonly #count = { requests: 0, poison: 0, inFlight: 0, lost: 0, lostWhileSound: 0 };
  #onIdle: (() => void) | undefined;

  constructor(name: string, port: number, task: LoadTask) {
    this.#name = name;
    this.#port = port;
    this.#task = task;
  }

  send({ at, kind }: Arrival): void {
    const isPoison = kind === 'poison';
    this.#count[isPoison ? 'poison' : 'requests'] += 1;
    this.#count.inFlight += 1;
    let isOver = false;
    const end = (loss: string | undefined): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      if (!isPoison) this.#judge(at, loss);
      this.#count.inFlight -= 1;
      if (this.#count.inFlight === 0) this.#onIdle?.();
    };
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port: this.#port,
        agent: this.#agent,
        method: kind === 'put' ? 'PUT' : 'GET',
        path: isPoison ? '/poison' : '/item',
        headers: kind === 'put' ? { 'content-length': PUT_BODY.length } : {},
      },
      (incoming) => void readAnswer(incoming).then(end),
    );
    const timer = setTimeout(() => {
      end('patience');
      outgoing.destroy();
    }, PATIENCE_MS);
    outgoing.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'error'));
    outgoing.end(kind === 'put' ? PUT_BODY : undefined);
  }

  tally(): Tally {
    return {
      name: this.#name,
      ...this.#count,
      p50Ms: this.#latencies.quantile(0.5),
      p99Ms: this.#latencies.quantile(0.99),
      reasons: { ...this.#reasons },
    };
  }

  /** Resolves once nothing is in flight. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle = () => {
        this.#agent.destroy();
        resolve();
      };
      if (this.#count.inFlight === 0) this.#onIdle();
    });
  }

  #judge(at: number, loss: string | undefined): void {
    const now = epochNow() - this.#task.startAt;
    // From the moment it was due, not from when the generator got round to it: a late generator must not look fast.
    if (loss === undefined) return this.#latencies.add(now - at);
    this.#count.lost += 1;
    if (this.#task.ids.some((id) => isSound(this.#task.script, id, at, now))) this.#count.lostWhileSound += 1;
    const known = Object.hasOwn(this.#reasons, loss) || Object.keys(this.#reasons).length < MOST_REASONS;
    const reason = known ? loss : 'other';
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
  }
}

/** Undefined when the answer is a whole 200, else in a word what is wrong with it. */
async function readAnswer(incoming: IncomingMessage): Promise<string | undefined> {
  let size = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) size += chunk.length;
  } catch {
    return 'broken body';
  }
  if (incoming.statusCode !== 200) return `status ${incoming.statusCode}`;
  return size === ANSWER.length ? undefined : 'broken body';
}
