// A second, slower opinion on circuits, written from the words of the rules and not from the code: for `adaptiveThreshold:
// false` (each failure weighs 1), `jitter: 0` and `slowStart: 0`, which make every number exact. No tests of its own.

import type { Circuit, Mode } from '../model/index.ts';

export interface ModelSettings {
  readonly threshold: number;
  readonly runLimit: number;
  readonly recoveryThreshold: number;
  readonly windowMs: number;
  readonly maxWindowMs: number;
  readonly trialTimeoutMs: number;
  readonly rise: number;
  readonly fall: number;
  readonly cap: number;
  readonly panics: boolean;
}

const GOOD_WEIGHT = Math.log(0.9) / Math.log(1 + (0.1 * 0.99) / 0.01);
const BURST_MS = 100;

export class ModelInstance {
  circuit: Circuit = 'closed';
  mode: Mode = 'ready';
  isForced = false;
  suspicion = 0;
  fromChecks = 0;
  run = 0;
  level = 0;
  refuseUntil = 0;
  safeAt = 0;
  epoch = 0;
  goodTrials = 0;
  trialOutSince: number | undefined;
  isSafeOnly = false;
  rise = 0;
  fall = 0;
  hasFailedChecks = false;
  lastCheckFailed = false;
  burstAt = -Infinity;
  burstPick = 0;
}

export class CircuitModel {
  readonly instances: Map<string, ModelInstance> = new Map();
  readonly #settings: ModelSettings;
  picks = 1;

  constructor(ids: readonly string[], settings: ModelSettings) {
    this.#settings = settings;
    for (const id of ids) this.instances.set(id, new ModelInstance());
  }

  of(id: string): ModelInstance {
    return this.instances.get(id)!;
  }

  get out(): number {
    return [...this.instances.values()].filter(({ circuit }) => circuit !== 'closed').length;
  }

  // -- picks

  isWindowPassed(one: ModelInstance, now: number): boolean {
    const heeds = one.lastCheckFailed && this.out * 2 <= this.instances.size;
    return now >= one.refuseUntil + (heeds ? 4 * this.#settings.windowMs : 0);
  }

  /** May a trial of it be granted now? */
  mayTry(one: ModelInstance, now: number, replayable: boolean): boolean {
    if (one.isForced || one.mode !== 'ready' || one.circuit === 'closed') return false;
    const isWindowPassed = this.isWindowPassed(one, now);
    if (one.circuit === 'open') return isWindowPassed || (replayable && now >= one.safeAt);
    const isExpired = one.trialOutSince !== undefined && now - one.trialOutSince > this.#settings.trialTimeoutMs;
    if (one.trialOutSince !== undefined && !isExpired) return false;
    return !one.isSafeOnly || replayable || isWindowPassed;
  }

  isEligible(one: ModelInstance, now: number, replayable: boolean): boolean {
    if (one.mode !== 'ready') return false;
    if (one.circuit === 'closed') return true;
    if (one.circuit === 'half-open') return true;
    return !one.isForced && (this.isWindowPassed(one, now) || (replayable && now >= one.safeAt));
  }

  /** The engine has granted a trial. */
  tried(id: string, now: number): void {
    const one = this.of(id);
    if (one.circuit === 'open') {
      const isEarly = !this.isWindowPassed(one, now);
      this.#move(one, 'half-open');
      one.isSafeOnly = isEarly;
    } else if (one.trialOutSince !== undefined) {
      const wasSafeOnly = one.isSafeOnly;
      this.#move(one, 'half-open');
      one.isSafeOnly = wasSafeOnly;
    }
    one.trialOutSince = now;
  }

  // -- outcomes

  good(id: string, isTrial: boolean): void {
    const one = this.of(id);
    if (isTrial) {
      one.trialOutSince = undefined;
      one.goodTrials++;
      if (one.goodTrials / (one.goodTrials + 1) >= this.#settings.recoveryThreshold - 1e-9 || one.goodTrials === 15) {
        this.#move(one, 'closed');
        one.suspicion = this.#settings.threshold / 2;
        one.hasFailedChecks = false;
      }
      return;
    }
    if (one.circuit !== 'closed') return;
    one.run = 0;
    one.suspicion = Math.max(0, one.suspicion + GOOD_WEIGHT);
    one.fromChecks = Math.min(one.fromChecks, one.suspicion);
    if (one.suspicion === 0) one.level = 0;
  }

  bad(
    id: string,
    isTrial: boolean,
    pickNumber: number | undefined,
    isConnect: boolean,
    latencyMs: number,
    now: number,
  ): void {
    const one = this.of(id);
    if (isTrial) {
      one.trialOutSince = undefined;
      this.#open(one, now, latencyMs);
      return;
    }
    if (one.circuit !== 'closed') return;
    if (pickNumber !== undefined && pickNumber <= one.burstPick && now - one.burstAt < BURST_MS) return;
    one.burstAt = now;
    one.burstPick = this.picks;
    one.run = Math.min(255, one.run + 1);
    one.suspicion += 1;
    const isRun = one.run >= this.#settings.runLimit;
    if (isRun || one.suspicion >= this.#settings.threshold - 1e-4) this.#trip(one, !isRun, isConnect, now, latencyMs);
  }

  ignored(id: string, isTrial: boolean): void {
    if (isTrial) this.of(id).trialOutSince = undefined;
  }

  check(id: string, passed: boolean, now: number): void {
    const one = this.of(id);
    const { rise, fall, threshold } = this.#settings;
    one.lastCheckFailed = !passed;
    if (passed) {
      one.rise = Math.min(15, one.rise + 1);
      one.fall = 0;
      if (one.circuit === 'open' && one.hasFailedChecks && one.rise >= rise && !one.isForced)
        this.#move(one, 'half-open');
      else if (one.circuit === 'closed') {
        one.hasFailedChecks = false;
        one.suspicion -= Math.min(one.fromChecks, one.suspicion);
        one.fromChecks = 0;
      }
      return;
    }
    one.hasFailedChecks = true;
    one.fall = Math.min(15, one.fall + 1);
    one.rise = 0;
    if (one.circuit === 'half-open' && one.fall >= fall && !one.isForced) this.#open(one, now, 0);
    if (one.circuit !== 'closed' || one.isForced) return;
    one.suspicion += threshold / fall;
    one.fromChecks += threshold / fall;
    if (one.fall < fall && one.level > 0)
      one.suspicion = Math.min(one.suspicion, threshold - Math.min(1, threshold / 2));
    const isEnough = one.fall >= fall;
    if (isEnough || one.suspicion >= threshold - 1e-4) this.#trip(one, !isEnough, isEnough, now, 0);
  }

  override(id: string, circuit: 'open' | 'closed' | 'auto'): void {
    const one = this.of(id);
    if (circuit === 'auto') {
      if (!one.isForced) return;
      one.isForced = false;
      this.#move(one, one.circuit === 'open' ? 'half-open' : 'closed');
    } else {
      if (one.isForced && one.circuit === circuit) return;
      one.isForced = true;
      this.#move(one, circuit);
    }
    if (one.circuit !== 'closed') return;
    one.suspicion = 0;
    one.hasFailedChecks = false;
  }

  #trip(one: ModelInstance, isComparison: boolean, isCertain: boolean, now: number, latencyMs: number): void {
    const { cap, panics, threshold } = this.#settings;
    const all = this.instances.size;
    const staysIn =
      one.isForced ||
      (all === 1 && isComparison) ||
      (panics && this.out + 1 >= all) ||
      (!isCertain && this.out + 1 > cap * all + 1e-9);
    if (staysIn) one.suspicion = Math.min(one.suspicion, Math.max(0, threshold - 1));
    else this.#open(one, now, latencyMs);
  }

  #open(one: ModelInstance, now: number, latencyMs: number): void {
    const { windowMs, maxWindowMs } = this.#settings;
    this.#move(one, 'open');
    one.refuseUntil = now + Math.min(maxWindowMs, windowMs * 2 ** one.level);
    one.safeAt = now + Math.max(50 * latencyMs, Math.min(8000, 1000 * 2 ** one.level));
    one.level++;
  }

  #move(one: ModelInstance, to: Circuit): void {
    one.circuit = to;
    one.epoch++;
    one.goodTrials = 0;
    one.trialOutSince = undefined;
    one.run = 0;
    one.rise = 0;
    one.isSafeOnly = false;
    if (to === 'closed') one.fromChecks = 0;
  }
}
