// Answers to what never became a request: bytes that are no HTTP, heads too large or too slow, CONNECT. There is no
// response object for these, so the answer is written as bytes, and the connection closed: after an error of framing
// nobody knows where the next request begins.

import type { Socket } from 'node:net';
import { PROBLEMS, problem, renderProblem } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { DropLimits } from './linger.ts';
import { isLingering, linger } from './linger.ts';

/** Writes the answer and closes. Called when no other answer is under way on the socket. */
export function refuseBytes(socket: Socket, { status, code, detail }: Problem, limits: DropLimits): void {
  if (isLingering(socket)) return;
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = renderProblem({ status, code, detail });
  socket.write(
    `HTTP/1.1 ${status} ${PROBLEMS[code][1]}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `x-hale-attempts: 0\r\nConnection: close\r\n\r\n${body}`,
  );
  linger(socket, limits);
}

/** The problem that an error of the parser is. */
export function problemOf(error: unknown): Problem {
  switch ((error as { code?: unknown }).code) {
    case 'HPE_HEADER_OVERFLOW':
      return problem('head-too-large', 'The head of the request is larger than this proxy accepts.');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return problem('body-too-large', 'The chunk extensions are larger than this proxy accepts.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problem('request-timeout', 'The request was not complete in time.');
    default:
      return problem('malformed-request', 'The request is not valid HTTP/1.1.');
  }
}
