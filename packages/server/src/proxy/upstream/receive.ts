// An instance's answer as node:http brings it, made into one that can be passed on.

import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Answer } from '../answer.ts';

/** The answer whose head has come. */
export function answerOf(request: ClientRequest, response: IncomingMessage): Answer {
  // With the answer over and the request not, the connection is of no further use: nobody sends the rest.
  response.once('end', () => {
    if (!request.writableFinished) request.destroy();
  });
  return {
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? '',
    fields: response.rawHeaders,
    body: response,
    trailers: () => response.rawTrailers,
    discard() {
      if (response.destroyed || response.readableEnded) return;
      const length = Number(response.headers['content-length'] ?? Infinity);
      response.on('error', () => {});
      if (length <= MAX_DISCARD_BYTES && request.writableFinished && response.readableFlowing !== true)
        response.resume();
      else request.destroy();
    },
  };
}

/** What a discarded answer may still bring so that its connection can be kept. */
const MAX_DISCARD_BYTES = 64 * 1024;
