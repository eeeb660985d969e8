// The two messages of grpc.health.v1 and gRPC's framing, by hand: thirty lines in place of a protobuf library.
// https://github.com/grpc/grpc/blob/master/doc/health-checking.md and doc/PROTOCOL-HTTP2.md
//
//   HealthCheckRequest  { string service = 1 }         HealthCheckResponse { ServingStatus status = 1 }
//   frame: 1 byte compressed, 4 bytes length (big-endian), message

export const SERVING = 1;
export const SERVING_STATUSES: readonly string[] = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** A framed HealthCheckRequest. */
export function encodeRequest(service: string): Uint8Array {
  const name = new TextEncoder().encode(service);
  // proto3 leaves an empty string out; tag 0x0a is field 1, length-delimited.
  const message = name.length === 0 ? [] : [0x0a, ...varint(name.length), ...name];
  const frame = new Uint8Array(5 + message.length);
  new DataView(frame.buffer).setUint32(1, message.length);
  frame.set(message, 5);
  return frame;
}

/** The status in a framed HealthCheckResponse, or undefined when the bytes are none. */
export function decodeResponse(frame: Uint8Array): number | undefined {
  if (frame.length < 5 || frame[0] !== 0) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(1) !== frame.length - 5) return undefined;
  return decodeStatus(frame.subarray(5));
}

function decodeStatus(message: Uint8Array): number | undefined {
  // Absent means 0, UNKNOWN; the last one counts; fields of a later version are passed over.
  let status = 0;
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = message[at++];
      if (byte === undefined) return Number.NaN;
      // Multiplied, not shifted: beyond 31 bits a shift would wrap.
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < message.length) {
    const tag = readVarint();
    const kind = tag % 8;
    if (kind === 0) {
      const value = readVarint();
      if (Number.isNaN(value)) return undefined;
      if (tag === 8) status = value;
    } else if (kind === 1) at += 8;
    else if (kind === 2) {
      // In two steps: `at += readVarint()` would read `at` before the call moves it.
      const length = readVarint();
      at += length;
    } else if (kind === 5) at += 4;
    else return undefined;
    // NaN fails this too.
    if (!(at <= message.length)) return undefined;
  }
  return status;
}

function varint(value: number): number[] {
  const bytes = [];
  for (let left = value; ; left >>>= 7) {
    if (left < 0x80) return [...bytes, left];
    bytes.push((left & 0x7f) | 0x80);
  }
}
