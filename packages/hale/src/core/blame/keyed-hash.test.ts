import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LONGEST_HASHED, keyedHash } from './keyed-hash.ts';

const client = (number: number): string => `10.0.${number >> 8}.${number & 255}`;

describe('a keyed hash', () => {
  test('is the same for the same text and key, and a whole number of 32 bits', () => {
    for (const text of ['', 'a', 'ab', 'abc', '\u{1f600}', '\ud800']) {
      const hash = keyedHash(text, 1, 2);
      assert.equal(keyedHash(text, 1, 2), hash);
      assert.equal(hash | 0, hash);
    }
  });

  test('spreads names that are alike over all sets', () => {
    const counts = new Uint32Array(64);
    for (let number = 0; number < 6400; number++) counts[keyedHash(client(number), 7, 9) & 63]++;
    // 100 each; six standard deviations are 60.
    assert.ok(
      counts.every((count) => count > 40 && count < 160),
      counts.join(' '),
    );
  });

  test('has names meet by chance of its key alone: who meets under one key parts under another', () => {
    const met = new Map<number, string>();
    let pairs = 0;
    let again = 0;
    for (let number = 0; number < 20_000; number++) {
      const name = client(number);
      const place = keyedHash(name, 1, 2) & 0xffff;
      const other = met.get(place);
      if (other !== undefined) {
        pairs++;
        again += Number((keyedHash(name, 3, 4) & 0xffff) === (keyedHash(other, 3, 4) & 0xffff));
      }
      met.set(place, name);
    }
    assert.ok(pairs > 1000, `${pairs} pairs`);
    assert.ok(again <= 3, `${again} of ${pairs} met again`);
  });

  test('turns about half of its bits when one bit of the text or of the key turns', () => {
    let turned = 0;
    for (let number = 0; number < 1000; number++) {
      const hash = keyedHash(`k${number}`, 5, 6);
      turned += bitsOf(hash ^ keyedHash(`k${number ^ 1}`, 5, 6)) + bitsOf(hash ^ keyedHash(`k${number}`, 5, 7));
    }
    assert.ok(turned > 31_000 && turned < 33_000, `${turned} of 64000`);
  });

  test('reads no more than the beginning of a long text, and its length', () => {
    const long = 'x'.repeat(LONGEST_HASHED);
    assert.equal(keyedHash(`${long}a`, 1, 2), keyedHash(`${long}b`, 1, 2));
    assert.notEqual(keyedHash(long, 1, 2), keyedHash(`${long}a`, 1, 2));
  });
});

function bitsOf(bits: number): number {
  return (bits >>> 0).toString(2).replaceAll('0', '').length;
}
