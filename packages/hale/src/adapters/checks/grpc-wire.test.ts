import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeResponse, encodeRequest } from './grpc-wire.ts';

const frame = (...message: number[]): Uint8Array => Uint8Array.from([0, 0, 0, 0, message.length, ...message]);

test('a request names its service, and an empty name is left out', () => {
  assert.deepEqual([...encodeRequest('ab')], [0, 0, 0, 0, 4, 0x0a, 2, 0x61, 0x62]);
  assert.deepEqual([...encodeRequest('')], [0, 0, 0, 0, 0]);
  // 300 = 0b10_0101100: two bytes of length.
  assert.deepEqual([...encodeRequest('x'.repeat(300)).subarray(0, 8)], [0, 0, 0, 1, 47, 0x0a, 0xac, 0x02]);
});

test('reads the status, the last one if there are several, and passes over fields it does not know', () => {
  assert.equal(decodeResponse(frame(8, 1)), 1);
  assert.equal(decodeResponse(frame(8, 2)), 2);
  assert.equal(decodeResponse(frame()), 0);
  assert.equal(decodeResponse(frame(8, 2, 8, 1)), 1);
  assert.equal(decodeResponse(frame(0x12, 2, 9, 9, 8, 1)), 1);
  assert.equal(decodeResponse(frame(0x1d, 1, 2, 3, 4, 8, 1)), 1);
  assert.equal(decodeResponse(frame(0x19, 1, 2, 3, 4, 5, 6, 7, 8, 8, 1)), 1);
});

for (const [name, bytes] of [
  ['nothing', Uint8Array.of()],
  ['a compressed frame', Uint8Array.of(1, 0, 0, 0, 2, 8, 1)],
  ['a frame cut short', Uint8Array.of(0, 0, 0, 0, 9, 8, 1)],
  ['a frame with a tail', Uint8Array.of(0, 0, 0, 0, 2, 8, 1, 0)],
  ['a number without an end', frame(8, 0x80)],
  ['a number of eleven bytes', frame(8, ...Array(11).fill(0xff))],
  ['a field longer than the message', frame(0x12, 100, 1)],
  ['a group', frame(0x0b, 0x0c)],
] as const) {
  test(`${name} is no response`, () => assert.equal(decodeResponse(bytes), undefined));
}

test('any bytes are read in bounded time without a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (message) => {
      const status = decodeResponse(frame(...message));
      assert.ok(status === undefined || status >= 0);
    }),
  );
});
