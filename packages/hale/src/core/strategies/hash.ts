// Hashing of keys and ids: the same in every process and on every platform, or replicas would send one key to different
// instances. Hence no seed; that a client can choose keys which meet on one instance is what the load bound is for.
//
// FNV-1a over UTF-16 code units, finished by murmur3's fmix32 (A. Appleby), without which keys that differ in their last
// character land side by side. 32 bits: enough for tables of a few million entries, and a whole number to the engine.

/** Longer texts are hashed by their first 1024 code units and their length: a long key must not cost time. */
export const LONGEST_HASHED = 1024;

/** A signed 32-bit hash; `>>> 0` for its unsigned value. Different seeds give independent hashes. */
export function hashText(text: string, seed = 0): number {
  const length = Math.min(text.length, LONGEST_HASHED);
  let hash = 0x811c9dc5 ^ seed ^ text.length;
  for (let unit = 0; unit < length; unit++) hash = Math.imul(hash ^ text.charCodeAt(unit), 0x01000193);
  return mix(hash);
}

/** Spreads every bit of a 32-bit number over all others; a bijection. */
export function mix(bits: number): number {
  let hash = bits;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
