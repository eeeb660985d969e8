// Listens to a run and takes its figures.

import { isSound } from '../../faults/index.ts';
import type { Scenario } from '../scenario.ts';
import type { Log } from '../log.ts';
import type { Request } from '../request.ts';
import type { Figures } from './figures.ts';
import { Histogram } from './histogram.ts';
import { Shares } from './shares.ts';

const SECOND = 1000;
/** An instance that was sick until so recently may still be ejected for it. */
const GUILT_MS = 10_000;
const DETECTED = 0.3;
const RESTORED = 0.7;
const LONGEST_RESTORE_MS = 30_000;

export class RunRecord implements Log {
  readonly #scenario: Scenario;
  readonly #shares: Shares;
  readonly #latencies = new Histogram();
  /** When the head of a long answer came; its caller waits no more. */
  readonly #headAt = new Map<Request, number>();
  #judged = 0;
  #lost = 0;
  #judgedLater = 0;
  #lostLater = 0;
  #slowSum = 0;
  #extra = 0;
  #ejections = 0;
  #wrongful = 0;
  #runs = 0;
  readonly #ejected = new Set<string>();
  #flaps = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#shares = new Shares(scenario.fleet.instances, scenario.lengthMs);
  }

  sent(instance: number, now: number, isExtra: boolean): void {
    this.#shares.sent(instance, now);
    if (isExtra && now >= this.#scenario.judgedFromMs) this.#extra++;
  }

  headed(request: Request, now: number): void {
    if (!this.#headAt.has(request)) this.#headAt.set(request, now);
  }

  ended(request: Request, isGood: boolean, now: number): void {
    const { judgedFromMs } = this.#scenario;
    const { arrivedAt, isPoison, streamMs } = request;
    const answeredAt = streamMs > 0 ? (this.#headAt.get(request) ?? now) : now;
    if (streamMs > 0) this.#headAt.delete(request);
    if (isPoison || arrivedAt < judgedFromMs) return;
    const isLater = arrivedAt >= judgedFromMs + SECOND;
    this.#judged++;
    if (isLater) this.#judgedLater++;
    if (isGood) {
      this.#slowSum += Math.min(1, (answeredAt - arrivedAt) / SECOND);
      this.#latencies.add(answeredAt - arrivedAt);
    } else {
      this.#lost++;
      if (isLater) this.#lostLater++;
    }
  }

  ejected(balancer: number, instance: number, reason: string, now: number): void {
    this.#ejections++;
    if (reason === 'run') this.#runs++;
    if (isSound(this.#scenario.script, String(instance), now - GUILT_MS, now)) this.#wrongful++;
    const key = `${balancer} ${instance}`;
    if (this.#ejected.has(key)) this.#flaps++;
    this.#ejected.add(key);
  }

  figures(): Figures {
    const { watched } = this.#scenario;
    const shares = this.#shares;
    const healsAtMs = watched?.healsAtMs;
    return {
      requests: this.#judged,
      lost: ratio(this.#lost, this.#judged),
      lostRequests: this.#lost,
      lostLater: ratio(this.#lostLater, this.#judgedLater),
      slow: ratio(this.#slowSum, this.#judged - this.#lost),
      p50Ms: this.#latencies.quantile(0.5),
      p99Ms: this.#latencies.quantile(0.99),
      p999Ms: this.#latencies.quantile(0.999),
      extra: ratio(this.#extra, this.#judged),
      detectMs: watched && shares.msUntil(watched.instance, watched.failsAtMs, (share) => share < DETECTED),
      restoreMs:
        watched === undefined || healsAtMs === undefined
          ? undefined
          : Math.min(
              LONGEST_RESTORE_MS,
              shares.msUntil(watched.instance, healsAtMs, (share) => share >= RESTORED) ?? LONGEST_RESTORE_MS,
            ),
      ejections: this.#ejections,
      wrongful: this.#wrongful,
      flaps: this.#flaps,
      runs: this.#runs,
    };
  }
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
