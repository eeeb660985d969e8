// One answer's way from an instance to a client: as fast as the client reads, byte for byte, and never as a whole in
// memory.
//
// The rule that matters most: an instance that breaks off within its message must not become a short but well-formed
// answer. A client takes the end of a chunked message for the end of the truth, so the connection is destroyed instead,
// which is the only way to say "incomplete" once the head is out.

import type { ServerResponse } from 'node:http';
import type { Answer } from '../answer.ts';
import type { RelayEnd } from '../client.ts';
import { safeTrailers } from '../http1/index.ts';

/** Pours the body into `response`, whose head is written. `idleMs`: longest silence of either side. */
export function pour(answer: Answer, response: ServerResponse, idleMs: number): Promise<RelayEnd> {
  return new Promise((resolve) => {
    const { body } = answer;
    let isSettled = false;
    const settle = (end: RelayEnd): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      if (end !== 'complete') {
        response.destroy();
        answer.discard();
      }
      resolve(end);
    };
    // Who is silent: a client that does not read keeps the response full; else it is the instance.
    const timer = setTimeout(
      () => settle(response.writableNeedDrain || body.readableEnded ? 'left' : 'stalled'),
      idleMs,
    );

    body.on('data', (chunk: Buffer) => {
      timer.refresh();
      if (!response.write(chunk)) body.pause();
    });
    response.on('drain', () => {
      timer.refresh();
      body.resume();
    });
    body.once('end', () => {
      const trailers = safeTrailers(answer.trailers());
      if (trailers.length > 0) response.addTrailers(trailers);
      response.end();
    });
    body.once('error', () => settle('broken'));
    body.once('close', () => {
      if (!body.readableEnded) settle('broken');
    });
    response.once('finish', () => settle('complete'));
    response.once('close', () => settle(response.writableFinished ? 'complete' : 'left'));
    if (response.destroyed) settle('left');
    // An answer that was held back for a better one may have lost its instance meanwhile, and its 'close' is over.
    else if (body.destroyed && !body.readableEnded) settle('broken');
  });
}
