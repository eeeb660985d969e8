// One try on one instance, as an exchange sees it: what is dispatched, and what came of it. What moves the bytes decides
// nothing, and what decides moves none. The first implementation stands on node:http.

import type { Answer } from './answer.ts';
import type { RequestBody } from './client.ts';
import type { ProblemCode } from './problem.ts';

/** The instances' side, one for each service. */
export interface Forwarder {
  send(dispatch: Dispatch): Attempt;
  /** Unused connections to everybody else are closed, and none is kept any more. */
  retain(instances: readonly Endpoint[]): void;
  close(): void;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface Dispatch {
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly path: string;
  /** End-to-end fields only; whether the body is chunked follows from the body. */
  readonly fields: readonly string[];
  readonly body: RequestBody;
  /** Not on a connection that was used before. */
  readonly fresh: boolean;
  /** False: no more of them, the instance floods. */
  readonly onInformation: (status: number, fields: readonly string[]) => boolean;
}

export interface Attempt {
  /** Never rejects. */
  readonly sent: Promise<Sent>;
  /** Nobody wants the answer any more. */
  cancel(): void;
}

export type Sent =
  /** `waitedMs`: what the instance took until the head, the connection included and the client's body not; NaN: unknown. */
  | { readonly kind: 'answered'; readonly answer: Answer; readonly waitedMs: number }
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
