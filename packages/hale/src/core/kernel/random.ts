// Chance as an argument: the same seed gives the same picks, bit for bit, on every platform.
//
// sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, passes PractRand and BigCrush, four additions a draw. The
// state is a typed array: in closure variables a number above 2^30 is a heap object, and each draw would allocate four.

/** Numbers in [0,1), as `Math.random`. */
export type Random = () => number;

/** A generator that depends on `seed` alone (any number or string). */
export function seededRandom(seed: number | string): Random {
  const state = new Int32Array(4);
  let hash = 0x811c9dc5;
  for (const character of String(seed)) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  state[0] = hash;
  state[1] = Math.imul(hash, 0x9e3779b1) ^ 0x85ebca6b;
  state[2] = ~hash;
  state[3] = 1;
  // Each word is read once: the fewer bytecodes, the sooner a caller inlines this, and a draw that is not inlined is
  // returned in a heap number.
  const next: Random = () => {
    const b = state[1];
    const c = state[2];
    const counter = state[3];
    const sum = (((state[0] + b) | 0) + counter) | 0;
    state[0] = b ^ (b >>> 9);
    state[1] = (c + (c << 3)) | 0;
    state[2] = (((c << 21) | (c >>> 11)) + sum) | 0;
    state[3] = (counter + 1) | 0;
    return (sum >>> 0) / 4294967296;
  };
  // Nearby seeds share most of their bits; a dozen rounds spread the difference over the whole state.
  for (let round = 0; round < 16; round++) next();
  own.add(next);
  return next;
}

/**
 * A generator of somebody else's, made safe: what is no number in [0,1), or is thrown, is drawn from one of ours instead.
 * Outside of that range positions are read that do not exist. Ours are passed through: they are drawn six times a pick.
 */
export function safeRandom(random: Random): Random {
  if (own.has(random)) return random;
  const instead = unseededRandom();
  return () => {
    try {
      const drawn: unknown = random();
      if (typeof drawn === 'number' && drawn >= 0 && drawn < 1) return drawn;
    } catch {
      // It has no say in this draw.
    }
    return instead();
  };
}

const own = new WeakSet<Random>();

/** A generator seeded from the runtime's own chance, for those who inject none. */
export function unseededRandom(): Random {
  return seededRandom(Math.random() * 2 ** 52);
}
