// The client's side of one request, on node:http.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from 'hale';
import type { Answer } from '../answer.ts';
import type { Client, RelayEnd, RequestHead } from '../client.ts';
import { endToEnd } from '../http1/index.ts';
import type { ProxyLimits } from '../limits.ts';
import { PROBLEMS, problem, renderProblem } from '../problem.ts';
import type { Problem, ProblemCode } from '../problem.ts';
import { IncomingBody } from './body.ts';
import { linger, lingerOnClose } from './linger.ts';
import { Pace } from './pace.ts';
import { pour } from './relay.ts';

/** What all clients of one listener share. */
export interface DoorOptions {
  readonly limits: ProxyLimits;
  readonly clock: Clock;
  /** Told of each answer of hale's own. */
  readonly onRefusal: (code: ProblemCode) => void;
}

export class HttpClient implements Client {
  readonly head: RequestHead;
  readonly body: IncomingBody;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #limits: ProxyLimits;
  readonly #onRefusal: (code: ProblemCode) => void;
  readonly #isClosing: () => boolean;
  #mustContinue: boolean;
  #informed = 0;
  #hasLeft = false;
  #onLeave: (() => void) | undefined;

  /** `isClosing`: this connection is to end with this answer, whatever it is. */
  constructor(
    head: RequestHead,
    request: IncomingMessage,
    response: ServerResponse,
    { limits, clock, onRefusal }: DoorOptions,
    expectsContinue: boolean,
    isClosing: () => boolean,
  ) {
    this.head = head;
    const pace = new Pace(clock, limits, () =>
      this.giveUp(problem('request-timeout', 'The body of the request came too slowly.')),
    );
    this.body = new IncomingBody(request, limits.maxReplayBytes, pace);
    this.#request = request;
    this.#response = response;
    this.#limits = limits;
    this.#onRefusal = onRefusal;
    this.#isClosing = isClosing;
    this.#mustContinue = expectsContinue;
    if (expectsContinue) {
      // An instance may never have heard of the expectation; its client would wait for ever.
      const timer = setTimeout(() => this.inform(100, []), limits.continueAfterMs);
      timer.unref();
      response.once('close', () => clearTimeout(timer));
    }
    if (response.destroyed) this.#hasLeft = true;
    response.once('close', () => {
      this.body.release();
      if (!response.writableFinished) this.#leave();
    });
    // A broken connection is an event of the response above; without a listener it would end the process.
    request.on('error', () => {});
    response.on('error', () => {});
  }

  /** The client went away, or was given up: no answer of an instance can reach it any more. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  get onLeave(): (() => void) | undefined {
    return this.#onLeave;
  }

  /** Called at once when the client has left already: between two attempts nobody listens. */
  set onLeave(leave: (() => void) | undefined) {
    if (leave !== undefined && this.#hasLeft) leave();
    else this.#onLeave = leave;
  }

  /** The socket takes more again. Only for a socket of which the runtime has let go. */
  goOn(): void {
    this.#response.emit('drain');
  }

  /** What is wrong with the rest of the request is answered, if nothing is out yet; whoever works on it is told to stop. */
  giveUp(fault: Problem): void {
    if (this.#response.headersSent) {
      this.#request.socket.destroy();
      return;
    }
    this.#leave();
    this.refuse(fault, []);
  }

  /** False: more than an instance may send before its answer. */
  inform(status: number, fields: readonly string[]): boolean {
    if (++this.#informed > this.#limits.maxInformational) return false;
    if (!this.#response.headersSent && !this.#response.destroyed && this.head.version !== '1.0')
      this.#inform(status, fields);
    return true;
  }

  #inform(status: number, fields: readonly string[]): void {
    if (status === 100) {
      if (this.#mustContinue) this.#response.writeContinue();
      this.#mustContinue = false;
    } else if (this.#response.writableLength > this.#response.writableHighWaterMark) {
      // The client does not read, and a hint less is no loss.
    } else if (status === 102) {
      this.#response.writeProcessing();
    } else if (status === 103) {
      this.#informEarly(fields);
    }
  }

  async relay(answer: Answer, extra: readonly string[], idleMs: number): Promise<RelayEnd> {
    this.#mustContinue = false;
    this.body.release();
    if (this.#hasLeft) {
      answer.discard();
      return 'left';
    }
    const fields = endToEnd(answer.fields);
    // 204 has no body, and a length would say that it has (RFC 9110 section 8.6).
    const kept = answer.status === 204 ? withoutLength(fields) : fields;
    kept.push(...extra);
    // An instance that refuses a body it has not seen yet will not see the rest. One that accepts may be answering as it
    // reads, so a good answer says nothing of closing.
    if (this.#isClosing() || (answer.status >= 300 && !this.body.isComplete)) this.#close(kept);
    try {
      this.#response.writeHead(answer.status, answer.statusText, kept);
    } catch {
      // Bytes in a field that may be received but not sent: nothing is out, and the exchange answers for the instance.
      answer.discard();
      return 'unsendable';
    }
    this.#response.flushHeaders();
    const end = await pour(answer, this.#response, idleMs);
    if (end === 'complete' && !this.body.isComplete) this.#dropRest();
    return end;
  }

  refuse({ status, code, detail }: Problem, extra: readonly string[]): void {
    if (this.#response.headersSent || this.#response.destroyed) return;
    this.#mustContinue = false;
    this.body.release();
    this.#onRefusal(code);
    const body = renderProblem({ status, code, detail });
    const fields = [
      'Content-Type',
      'application/problem+json',
      'Content-Length',
      String(Buffer.byteLength(body)),
      ...extra,
    ];
    if (this.#isClosing() || CLOSING.has(status) || !this.body.isComplete) this.#close(fields);
    this.#response.writeHead(status, PROBLEMS[code][1], fields);
    this.#response.end(this.head.method === 'HEAD' ? undefined : body);
  }

  #leave(): void {
    this.#hasLeft = true;
    const leave = this.#onLeave;
    this.#onLeave = undefined;
    leave?.();
  }

  #informEarly(fields: readonly string[]): void {
    const hints: Record<string, string | string[]> = {};
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i].toLowerCase();
      hints[name] = hints[name] === undefined ? fields[i + 1] : [...[hints[name]].flat(), fields[i + 1]];
    }
    if (hints['link'] === undefined) return;
    try {
      this.#response.writeEarlyHints(hints as Record<string, string | string[]> & { link: string | string[] });
    } catch {
      // A link that the runtime finds malformed: a hint less is no loss.
    }
  }

  #close(fields: string[]): void {
    fields.push('Connection', 'close');
    if (!this.body.isComplete) {
      lingerOnClose(this.#request.socket, this.#limits);
      // What is still coming is read by nobody else.
      this.body.detach();
      this.#request.resume();
    }
  }

  // A good answer that ended before its request did: the rest is dropped within bounds, or the connection goes.
  #dropRest(): void {
    this.body.detach();
    const { socket } = this.#request;
    const before = socket.bytesRead;
    const stop = (): void => {
      clearTimeout(timer);
      this.#request.off('data', count);
    };
    const give = (): void => {
      stop();
      if (!this.#request.complete) linger(socket, this.#limits);
    };
    const count = (): void => {
      if (socket.bytesRead - before > this.#limits.maxDropBytes) give();
    };
    const timer = setTimeout(give, this.#limits.maxDropMs);
    timer.unref();
    this.#request.on('data', count);
    this.#request.once('end', stop);
    this.#request.once('close', stop);
    this.#request.resume();
  }
}

/** Statuses after which nobody knows where the next request begins. */
const CLOSING: ReadonlySet<number> = new Set([400, 408, 413, 431, 505]);

function withoutLength(fields: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < fields.length; i += 2)
    if (fields[i].toLowerCase() !== 'content-length') kept.push(fields[i], fields[i + 1]);
  return kept;
}
