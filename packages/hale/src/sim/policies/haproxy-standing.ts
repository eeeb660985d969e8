// What HAProxy keeps of one instance: its health as a small number that checks move up and down, its run of errors, and its
// weight, which grows after a return. See `haproxy.ts` for the settings and where they come from.
//
//   health   0 to rise + fall - 1 = 4; up from 2. A failed check takes one, and below 2 it falls to 0; a passed one gives one,
//            and from 2 it leaps to 4 (check.c:504-528)
//   key      (in flight + 1) x 4096 / (16 x weight), 0 when idle (lb_fwlc.c:286)

const RISE = 2;
const FALL = 3;
const ERROR_LIMIT = 10;
const SLOWSTART_S = 10;
/** BE_WEIGHT_SCALE: so many steps from nothing to the full weight. */
export const FULL = 16;
const LARGEST_WEIGHT = 256 * FULL;

export class Standing {
  readonly weight: number;
  inFlight = 0;
  /** Its place in the queue of those with the same key. */
  turn = 0;
  errors = 0;
  /** Below RISE it is down. One failed check is enough before the first has passed. */
  health: number = RISE;
  isUp = true;
  upSince: number = -Infinity;

  constructor(weight: number) {
    this.weight = weight;
  }

  /** 1 to 16; it grows in whole seconds. */
  warmth(now: number): number {
    const seconds = Math.floor(now / 1000) - Math.floor(this.upSince / 1000);
    return seconds >= SLOWSTART_S ? FULL : Math.floor((FULL * seconds + SLOWSTART_S) / SLOWSTART_S);
  }

  /** The smallest is asked. Whoever is idle is first, whatever the weight. */
  key(now: number): number {
    if (this.inFlight === 0) return 0;
    return Math.floor(((this.inFlight + 1) * LARGEST_WEIGHT) / (this.weight * this.warmth(now)));
  }

  passed(now: number): void {
    this.errors = 0;
    if (this.health < RISE + FALL - 1) this.health++;
    if (this.health >= RISE) this.health = RISE + FALL - 1;
    if (this.isUp || this.health < RISE) return;
    this.isUp = true;
    this.upSince = now;
  }

  /** True when that takes it down. */
  failed(): boolean {
    if (this.health > 0) this.health--;
    if (this.health < RISE) this.health = 0;
    if (!this.isUp || this.health > 0) return false;
    this.isUp = false;
    return true;
  }

  /** `on-error mark-down`: as if the last check that it could afford had failed. */
  erred(): boolean {
    if (++this.errors < ERROR_LIMIT) return false;
    this.errors = 0;
    this.health = RISE;
    return this.failed();
  }
}
