// Envoy's outlier detection: who failed five times in a row is out at once; every 10 s, who succeeded much less often than
// the fleet is out as well; both for 30 s, longer each time, and never more than a share of the fleet at once.
//
//   out for      min(30 s x times, 300 s), ended by the sweep each 10 s; `times` falls by one for each sweep that finds the
//                instance in rotation for 10 s or more
//   outlier      success rate < mean - 1.9 x standard deviation (of the population), over the instances with 100 requests or
//                more in the last 10 s, if those are five or more
//   cap          (out + 1) / instances <= the cap, or nobody is out yet
//
// All of these are the published defaults but one. Since 1.28 the cap holds for the first one too, so that 10 % of eight
// instances is nobody, and the default detects nothing in a small fleet; `always_eject_one_host` (1.31) brings back what all
// releases before did, and is set here. The detectors of gateway failures and of failure percentages are left out: they
// are not enforced by default.
//
// Where it fails: an instance that fails every other request never fails five in a row, and the deviation that it is judged
// by is one that it made itself.
//
// Source: envoyproxy/envoy 1.31 and later, source/common/upstream/outlier_detection_impl.cc: `ejectHost`,
// `checkHostForUneject`, `unejectHost`, `onConsecutiveErrorWorker`, `processSuccessRateEjections`, `onIntervalTimer`;
// defaults in outlier_detection_impl.h, `DetectorConfig`.

export const INTERVAL_MS = 10_000;
const BASE_MS = 30_000;
const LONGEST_MS = 300_000;
const RUN = 5;
const LEAST_INSTANCES = 5;
const LEAST_REQUESTS = 100;
const DEVIATIONS = 1.9;

export interface OutlierListener {
  readonly ejected: (instance: number, reason: 'run' | 'success-rate') => void;
  readonly readmitted: (instance: number) => void;
}

interface Monitor {
  /** Failures in a row. */
  run: number;
  /** Since the last sweep. */
  good: number;
  all: number;
  isOut: boolean;
  outSince: number;
  backSince: number | undefined;
  /** What the base time is multiplied by. */
  times: number;
}

export class OutlierDetector {
  readonly #monitors: readonly Monitor[];
  readonly #cap: number;
  readonly #listener: OutlierListener;
  #out = 0;

  /** `cap`: the largest share of the fleet that may be out, [0,1]. */
  constructor(instances: number, cap: number, listener: OutlierListener) {
    this.#monitors = Array.from({ length: instances }, () => ({
      run: 0,
      good: 0,
      all: 0,
      isOut: false,
      outSince: 0,
      backSince: undefined,
      times: 0,
    }));
    this.#cap = cap;
    this.#listener = listener;
  }

  isOut(instance: number): boolean {
    return this.#monitors[instance].isOut;
  }

  record(instance: number, isGood: boolean, now: number): void {
    const monitor = this.#monitors[instance];
    monitor.all++;
    if (isGood) {
      monitor.good++;
      monitor.run = 0;
    } else if (++monitor.run === RUN && !monitor.isOut) {
      this.#eject(instance, 'run', now);
      monitor.run = 0; // also where the cap held it in: it takes five more
    }
  }

  /** Due every INTERVAL_MS. */
  sweep(now: number): void {
    const monitors = this.#monitors;
    monitors.forEach((monitor, instance) => {
      const sentenceMs = Math.min(BASE_MS * monitor.times, LONGEST_MS);
      if (monitor.isOut && now - monitor.outSince >= sentenceMs) this.readmit(instance, now);
    });
    for (const instance of this.#outliers()) this.#eject(instance, 'success-rate', now);
    for (const monitor of monitors) {
      monitor.good = monitor.all = 0;
      const { isOut, backSince, times } = monitor;
      if (!isOut && times > 0 && backSince !== undefined && now - backSince >= INTERVAL_MS) monitor.times--;
    }
  }

  readmit(instance: number, now: number): void {
    const monitor = this.#monitors[instance];
    if (!monitor.isOut) return;
    monitor.isOut = false;
    monitor.run = 0;
    monitor.backSince = now;
    this.#out--;
    this.#listener.readmitted(instance);
  }

  #outliers(): number[] {
    const judged = this.#monitors
      .map((monitor, instance) => ({ ...monitor, instance, rate: monitor.good / monitor.all }))
      .filter(({ isOut, all }) => !isOut && all >= LEAST_REQUESTS);
    if (judged.length < LEAST_INSTANCES) return [];
    const threshold = lowestOrdinary(judged.map(({ rate }) => rate));
    return judged.filter(({ rate }) => rate < threshold).map(({ instance }) => instance);
  }

  #eject(instance: number, reason: 'run' | 'success-rate', now: number): void {
    if (this.#out > 0 && (this.#out + 1) / this.#monitors.length > this.#cap) return;
    const monitor = this.#monitors[instance];
    monitor.isOut = true;
    monitor.outSince = now;
    if (BASE_MS * monitor.times < LONGEST_MS + BASE_MS) monitor.times++;
    this.#out++;
    this.#listener.ejected(instance, reason);
  }
}

/** A success rate below it is an outlier's. */
export function lowestOrdinary(rates: readonly number[]): number {
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
  return mean - DEVIATIONS * Math.sqrt(variance);
}
