// The client's side of one request, as an exchange sees it. The first implementation stands on node:http.
//
// Fields are names and values alternating, as they came, duplicates included; here and in everything that is passed on.

import type { Answer } from './answer.ts';
import type { Problem } from './problem.ts';

/** The client's side of one request. */
export interface Client {
  readonly head: RequestHead;
  readonly body: RequestBody;
  /** It will read no answer any more. */
  readonly hasLeft: boolean;
  /** Set by the exchange: called once if the client leaves before it was answered. */
  onLeave: (() => void) | undefined;
  /**
   * An informational answer (100, 102, 103); dropped when it cannot be passed on. False: more of them than an instance may
   * send before its answer.
   */
  inform(status: number, fields: readonly string[]): boolean;
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

/**
 * How passing on an answer ended. `broken`: the instance closed within its message. `stalled`: it stopped sending.
 * `left`: the client went away, or stopped reading. `unsendable`: its head cannot be written, and nothing was.
 */
export type RelayEnd = 'complete' | 'broken' | 'stalled' | 'left' | 'unsendable';
