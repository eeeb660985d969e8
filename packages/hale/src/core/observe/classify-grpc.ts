// gRPC's status codes. Source: grpc.github.io, "Status codes and their use in gRPC".
//
// The split is by who has to change something for the next call to succeed. The caller: CANCELLED, INVALID_ARGUMENT,
// NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, FAILED_PRECONDITION, ABORTED (a conflict between callers), OUT_OF_RANGE,
// UNIMPLEMENTED (no such method), UNAUTHENTICATED. The instance: the rest. RESOURCE_EXHAUSTED asks for patience.
// UNAVAILABLE is a server error, not `connect`: servers send it as well, and `connect` claims that nothing arrived.

import type { Outcome } from '../model/index.ts';
import { FAILURE, IGNORED, SUCCESS } from './classify-outcomes.ts';

const BY_CODE: readonly Outcome[] = [
  SUCCESS, // 0 OK
  IGNORED, // 1 CANCELLED
  FAILURE['server-error'], // 2 UNKNOWN
  IGNORED, // 3 INVALID_ARGUMENT
  FAILURE.timeout, // 4 DEADLINE_EXCEEDED
  IGNORED, // 5 NOT_FOUND
  IGNORED, // 6 ALREADY_EXISTS
  IGNORED, // 7 PERMISSION_DENIED
  FAILURE.overload, // 8 RESOURCE_EXHAUSTED
  IGNORED, // 9 FAILED_PRECONDITION
  IGNORED, // 10 ABORTED
  IGNORED, // 11 OUT_OF_RANGE
  IGNORED, // 12 UNIMPLEMENTED
  FAILURE['server-error'], // 13 INTERNAL
  FAILURE['server-error'], // 14 UNAVAILABLE
  FAILURE['server-error'], // 15 DATA_LOSS
  IGNORED, // 16 UNAUTHENTICATED
];

/** The outcome of a call that ended with this code, 0 to 16; any other number is `other`. */
export function classifyGrpc(code: number): Outcome {
  return BY_CODE[code] ?? FAILURE.other;
}
