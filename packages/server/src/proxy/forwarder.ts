// The contract between an exchange, which decides, and what moves bytes, which does not: the client's side, the
// instance's side, and the messages that pass between them. The first implementation stands on node:http on both sides.
//
// Fields are names and values alternating, as they came, duplicates included.

import type { Readable } from 'node:stream';
import type { Problem, ProblemCode } from './problem.ts';

/** The client's side of one request. */
export interface Client {
  readonly head: RequestHead;
  readonly body: RequestBody;
  /** Set by the exchange: called once if the client leaves before it was answered. */
  onLeave: (() => void) | undefined;
  /** An informational answer (100, 102, 103); dropped when it cannot be passed on. */
  inform(status: number, fields: readonly string[]): void;
  /** Passes an instance's answer on, with `extra` fields behind its own, and tells how that ended. */
  relay(answer: Answer, extra: readonly string[], idleMs: number): Promise<RelayEnd>;
  /** Hale's own answer. */
  refuse(problem: Problem, extra: readonly string[]): void;
}

export interface RequestHead {
  readonly method: string;
  /** Begins with '/', or is '*'. With the query. */
  readonly path: string;
  /** `host` or `host:port` as the client wrote it, '' when it named none. */
  readonly authority: string;
  readonly fields: readonly string[];
  /** undefined: a Unix socket. */
  readonly clientAddress: string | undefined;
  readonly scheme: 'http' | 'https';
  /** '1.0' or '1.1'. */
  readonly version: string;
}

export interface RequestBody {
  readonly isEmpty: boolean;
  /** All of it has come. */
  readonly isComplete: boolean;
  /** It can be sent (again): nothing of it was lost. */
  readonly isReplayable: boolean;
  /** It is known beforehand that it will stay replayable. */
  readonly fitsReplay: boolean;
  /** From its beginning into `sink`, and on as it comes. One sink at a time. */
  attach(sink: BodySink): void;
  detach(): void;
  /** The sink takes more again. */
  resume(): void;
  /** An answer was chosen: nothing needs to be kept any more. */
  commit(): void;
}

export interface BodySink {
  /** False: pause until `resume`. */
  write(chunk: Buffer): boolean;
  end(trailers: readonly string[]): void;
}

/** The instances' side, one for each service. */
export interface Forwarder {
  send(order: Order): Attempt;
  /** Unused connections to everybody else are closed, and none is kept any more. */
  retain(instances: readonly Endpoint[]): void;
  close(): void;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface Order {
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly path: string;
  /** End-to-end fields only; whether the body is chunked follows from the body. */
  readonly fields: readonly string[];
  readonly body: RequestBody;
  /** Not on a connection that was used before. */
  readonly fresh: boolean;
  readonly onInformation: (status: number, fields: readonly string[]) => void;
}

export interface Attempt {
  /** Never rejects. */
  readonly sent: Promise<Sent>;
  /** Nobody wants the answer any more. */
  cancel(): void;
}

export type Sent =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly failure: SendFailure }
  /** The client left, or did not go on sending: no word about the instance. */
  | { readonly kind: 'abandoned'; readonly stalled: boolean };

export interface SendFailure {
  /** Also the code of hale's own answer, should it come to that. */
  readonly code: Extract<
    ProblemCode,
    'connect-failed' | 'connect-timeout' | 'connection-reset' | 'response-timeout' | 'bad-answer' | 'forbidden-address'
  >;
  /** What was thrown, for the engine to classify. */
  readonly error: unknown;
  /** A byte of the request may have reached the instance. */
  readonly delivered: boolean;
  /** The connection had been used before and was closed with nothing of an answer: the instance may never have looked at it. */
  readonly stale: boolean;
}

export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly fields: readonly string[];
  /** Ends, or is destroyed when the instance breaks off. */
  readonly body: Readable;
  /** Complete once the body has ended. */
  trailers(): readonly string[];
  /** Nobody reads it: gives the connection back, or closes it. */
  discard(): void;
}

/**
 * How passing on an answer ended. `broken`: the instance closed within its message. `stalled`: it stopped sending.
 * `left`: the client went away, or stopped reading. `unsendable`: its head cannot be written, and nothing was.
 */
export type RelayEnd = 'complete' | 'broken' | 'stalled' | 'left' | 'unsendable';
