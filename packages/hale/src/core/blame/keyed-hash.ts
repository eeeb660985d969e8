// HalfSipHash-1-3 of a text: 32 bits that nobody can foresee who does not know the two words of the key.
//
// What is hashed here is chosen by clients. With a hash that everybody can compute (FNV, murmur), or one whose seed does
// not reach every step, one client finds names that meet another's cell, and has that other one blamed for its own
// failures. This is the hash that was made for tables under attack; one round for each word and three at the end are
// enough for a table (the Linux kernel's `hsiphash` is the same).
//
// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), section 2; HalfSipHash of the same authors.

/** Longer texts are hashed by their first 1024 code units and their length: a long key must not cost time. */
export const LONGEST_HASHED = 1024;

/** A signed 32-bit hash of the text's UTF-16 code units, two to a word. */
export function keyedHash(text: string, key0: number, key1: number): number {
  const units = Math.min(text.length, LONGEST_HASHED);
  const words = (units >> 1) + 1;
  let v0 = key0;
  let v1 = key1;
  let v2 = 0x6c796765 ^ key0;
  let v3 = 0x74656462 ^ key1;
  for (let at = 0; at < words + LAST_ROUNDS; at++) {
    let word = 0;
    if (at < words - 1) word = text.charCodeAt(2 * at) | (text.charCodeAt(2 * at + 1) << 16);
    // The last word holds what is left and the length in bytes.
    else if (at === words - 1) word = ((units & 1) !== 0 ? text.charCodeAt(units - 1) : 0) | (text.length << 25);
    else if (at === words) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return v1 ^ v3;
}

const LAST_ROUNDS = 3;
