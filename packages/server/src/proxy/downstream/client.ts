// The client's side of one request, on node:http.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../answer.ts';
import type { Client, RelayEnd, RequestHead } from '../client.ts';
import { endToEnd } from '../http1/index.ts';
import type { ProxyLimits } from '../limits.ts';
import { PROBLEMS, renderProblem } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { IncomingBody } from './body.ts';
import { linger, lingerOnClose } from './linger.ts';
import { pour } from './relay.ts';

export class HttpClient implements Client {
  readonly head: RequestHead;
  readonly body: IncomingBody;
  onLeave: (() => void) | undefined;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #limits: ProxyLimits;
  readonly #isClosing: () => boolean;
  #mustContinue: boolean;

  /** `isClosing`: this connection is to end with this answer, whatever it is. */
  constructor(
    head: RequestHead,
    request: IncomingMessage,
    response: ServerResponse,
    limits: ProxyLimits,
    expectsContinue: boolean,
    isClosing: () => boolean,
  ) {
    this.head = head;
    this.body = new IncomingBody(request, limits.maxReplayBytes);
    this.#request = request;
    this.#response = response;
    this.#limits = limits;
    this.#isClosing = isClosing;
    this.#mustContinue = expectsContinue;
    if (expectsContinue) {
      // An instance may never have heard of the expectation; its client would wait for ever.
      const timer = setTimeout(() => this.inform(100, []), limits.continueAfterMs);
      timer.unref();
      response.once('close', () => clearTimeout(timer));
    }
    response.once('close', () => {
      if (response.writableFinished) return;
      const leave = this.onLeave;
      this.onLeave = undefined;
      leave?.();
    });
    // A broken connection is an event of the response above; without a listener it would end the process.
    request.on('error', () => {});
    response.on('error', () => {});
  }

  inform(status: number, fields: readonly string[]): void {
    if (this.#response.headersSent || this.#response.destroyed || this.head.version === '1.0') return;
    if (status === 100) {
      if (this.#mustContinue) this.#response.writeContinue();
      this.#mustContinue = false;
    } else if (status === 102) {
      this.#response.writeProcessing();
    } else if (status === 103) {
      this.#informEarly(fields);
    }
  }

  async relay(answer: Answer, extra: readonly string[], idleMs: number): Promise<RelayEnd> {
    this.#mustContinue = false;
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
