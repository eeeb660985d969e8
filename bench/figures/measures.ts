// What is measured of one run, and the regret that sums it up.
//
//   cost   = lost % + mean of min(1, latency / 1 s) in % + .05 x extra % + .02 per second, at most 30, until a healed
//            instance has 70 % of its share again
//   regret = cost - the oracle's cost on the same requests
//
// So a request that is answered a second late is as bad as a lost one, twenty repetitions are as bad as a lost request,
// and capacity that lies idle is bad too, but not very.

import type { Request } from './fleet.ts';
import type { Scenario } from './scenarios.ts';

export interface Figures {
  /** Judged requests that got no good answer, %. */
  readonly lost: number;
  /** The same among those that came at least 1 s after the first moment that is judged, %. */
  readonly lostLater: number;
  /** Mean of min(1, latency / 1 s) over good answers, %. */
  readonly slow: number;
  /** Attempts beyond the first, % of the requests. */
  readonly extra: number;
  /** Seconds from the fault until the instance has less than 30 % of its share; undefined: not watched, or never. */
  readonly detect: number | undefined;
  /** Seconds from its end until the instance has 70 % of its share again, at most 30; undefined: it does not end. */
  readonly restore: number | undefined;
  /** Circuits that opened, and those of them that a run of failures opened. */
  readonly trips: number;
  readonly runs: number;
}

export function cost({ lost, slow, extra, restore = 0 }: Figures): number {
  return lost + slow + 0.05 * extra + 0.02 * restore;
}

/** Shares are read in steps of a quarter of a second, over the half second that begins there. */
const STEP_MS = 250;
const STEPS_PER_LOOK = 2;
const LONGEST_RESTORE_S = 30;
const SECOND = 1000;

export class Log {
  readonly #scenario: Scenario;
  /** Attempts for each instance and step. */
  readonly #sent: readonly Uint32Array[];
  #judged = 0;
  #lost = 0;
  #judgedLater = 0;
  #lostLater = 0;
  #slowSum = 0;
  #extra = 0;
  #trips = 0;
  #runs = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const steps = Math.ceil(scenario.lengthMs / STEP_MS) + 1;
    this.#sent = Array.from({ length: scenario.instances }, () => new Uint32Array(steps));
  }

  sent(instance: number, now: number, isRepetition: boolean): void {
    const step = Math.floor(now / STEP_MS);
    if (step < this.#sent[instance].length) this.#sent[instance][step]++;
    if (isRepetition && now >= this.#scenario.judgedFromMs) this.#extra++;
  }

  ended({ arrivedAt, isPoison }: Request, isGood: boolean, now: number): void {
    const { judgedFromMs } = this.#scenario;
    if (isPoison || arrivedAt < judgedFromMs) return;
    const isLater = arrivedAt >= judgedFromMs + SECOND;
    this.#judged++;
    if (isLater) this.#judgedLater++;
    if (isGood) {
      this.#slowSum += Math.min(1, (now - arrivedAt) / SECOND);
    } else {
      this.#lost++;
      if (isLater) this.#lostLater++;
    }
  }

  tripped(reason: string): void {
    this.#trips++;
    if (reason === 'run') this.#runs++;
  }

  figures(): Figures {
    const { watched } = this.#scenario;
    return {
      lost: percent(this.#lost, this.#judged),
      lostLater: percent(this.#lostLater, this.#judgedLater),
      slow: percent(this.#slowSum, this.#judged - this.#lost),
      extra: percent(this.#extra, this.#judged),
      detect: watched && this.#secondsUntil(watched.instance, watched.failsAtMs, (share) => share < 0.3),
      restore:
        watched?.healsAtMs === undefined
          ? undefined
          : Math.min(
              LONGEST_RESTORE_S,
              this.#secondsUntil(watched.instance, watched.healsAtMs, (share) => share >= 0.7) ?? LONGEST_RESTORE_S,
            ),
      trips: this.#trips,
      runs: this.#runs,
    };
  }

  // Share in units of the fair one. A look without any request at all says nothing and is passed over.
  #secondsUntil(instance: number, fromMs: number, holds: (share: number) => boolean): number | undefined {
    const from = Math.floor(fromMs / STEP_MS);
    for (let step = from; step + STEPS_PER_LOOK < this.#sent[instance].length; step++) {
      let own = 0;
      let all = 0;
      for (let at = step; at < step + STEPS_PER_LOOK; at++) {
        own += this.#sent[instance][at];
        for (const counts of this.#sent) all += counts[at];
      }
      if (all > 0 && holds((own * this.#scenario.instances) / all)) return ((step - from) * STEP_MS) / SECOND;
    }
    return undefined;
  }
}

function percent(part: number, whole: number): number {
  return whole > 0 ? (100 * part) / whole : 0;
}
