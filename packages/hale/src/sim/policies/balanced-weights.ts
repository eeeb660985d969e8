// The weights of undici's BalancedPool and the weighted round robin that goes by them: a level falls from the highest weight
// to nothing in steps of the weights' greatest common divisor, and in each round those at or above the level have a turn.
//
// Kept as it is, with what is odd in it: a weight that rises does not renew the divisor, and where nobody reaches the level
// the round goes to the heaviest and the level falls to its weight.
//
// Source: undici 7.30.2, lib/dispatcher/balanced-pool.js, lines 96 to 113 (events), 123 (divisor), 164 to 218 (choice).
// Held to the real one, pick by pick, in real-balanced-pool.test.ts.

const HIGHEST = 100;
const PENALTY = 15;

export class BalancedWeights {
  readonly #weights: Int32Array;
  #index = -1;
  #level = 0;
  #divisor = HIGHEST;

  constructor(instances: number) {
    this.#weights = new Int32Array(instances).fill(HIGHEST);
  }

  /** [1,100]. */
  weight(instance: number): number {
    return this.#weights[instance];
  }

  /** A connection was made. */
  connected(instance: number): void {
    this.#weights[instance] = Math.min(HIGHEST, this.#weights[instance] + PENALTY);
  }

  /** A connection failed, or broke. */
  failed(instance: number): void {
    this.#weights[instance] = Math.max(1, this.#weights[instance] - PENALTY);
    this.#divisor = this.#weights.reduce((divisor, weight) => greatestCommonDivisor(weight, divisor), 0);
  }

  choose(): number {
    const count = this.#weights.length;
    let heaviest = 0;
    for (let looks = 0; looks < count; looks++) {
      this.#index = (this.#index + 1) % count;
      if (this.#weights[this.#index] > this.#weights[heaviest]) heaviest = this.#index;
      if (this.#index === 0) {
        this.#level -= this.#divisor;
        if (this.#level <= 0) this.#level = HIGHEST;
      }
      if (this.#weights[this.#index] >= this.#level) return this.#index;
    }
    this.#level = this.#weights[heaviest];
    this.#index = heaviest;
    return heaviest;
  }
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}
