// The callers: requests come when they come (Poisson), whether or not the ones before were answered, wait for at most
// 2.5 s, and are repeated once if the rule of repetition allows it.
//
// An open loop on purpose: a caller that waits for its answer before it asks again slows down with the fleet, and hides
// just the trouble that is to be measured ("coordinated omission").

import type { FailureCause } from 'hale';
import type { Random, VirtualClock } from 'hale/testing';
import { lognormal } from 'hale/testing';
import type { Fleet, Request } from './fleet.ts';
import type { Log } from './measures.ts';
import type { Policy } from './policy.ts';
import type { Scenario } from './scenarios.ts';

/** The design waits fifty times "2.5 s" after a time-out, hence this. */
const TIMEOUT_MS = 2500;
const MOST_ATTEMPTS = 2;

export class Workload {
  readonly #scenario: Scenario;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #fleet: Fleet;
  readonly #policy: Policy;
  readonly #log: Log;

  /** `random` draws the arrivals and the work and nothing else, so that every policy meets the same requests. */
  constructor(scenario: Scenario, clock: VirtualClock, random: Random, fleet: Fleet, policy: Policy, log: Log) {
    this.#scenario = scenario;
    this.#clock = clock;
    this.#random = random;
    this.#fleet = fleet;
    this.#policy = policy;
    this.#log = log;
  }

  start(): void {
    const gapMs = (-Math.log(1 - this.#random()) * 1000) / this.#scenario.perSecond;
    if (this.#clock.now() + gapMs >= this.#scenario.lengthMs) return;
    this.#clock.schedule(gapMs, () => {
      this.#arrive();
      this.start();
    });
  }

  #arrive(): void {
    const { workMs, sigma, method, poisonShare } = this.#scenario;
    const arrivedAt = this.#clock.now();
    const isPoison = this.#random() < poisonShare;
    const request = { arrivedAt, workMs: lognormal(workMs, sigma, this.#random), method, isPoison };
    this.#policy.retries.beginRequest(arrivedAt);
    this.#attempt(request, [], 0);
  }

  #attempt(request: Request, tried: readonly number[], kills: number): void {
    const now = this.#clock.now();
    const mayRepeat = request.method !== 'POST' && tried.length + 1 < MOST_ATTEMPTS;
    const grant = this.#policy.pick({ now, tried, replayable: mayRepeat });
    if (grant === undefined) return this.#log.ended(request, false, now);
    this.#log.sent(grant.instance, now, tried.length > 0);
    const end = (cause: FailureCause | undefined): void => {
      cancelTimeout();
      const now = this.#clock.now();
      grant.ended(cause, now);
      if (cause === undefined) return this.#log.ended(request, true, now);
      const killed = kills + (cause === 'reset' || cause === 'timeout' ? 1 : 0);
      const attempt = tried.length + 1;
      const idempotent = request.method !== 'POST';
      const delivered = cause !== 'connect';
      const question = { attempt, cause, idempotent, delivered, replayable: true, kills: killed };
      if (this.#policy.retries.mayRetry(question, now))
        return this.#attempt(request, [...tried, grant.instance], killed);
      this.#log.ended(request, false, now);
    };
    const giveUp = this.#fleet.send(grant.instance, request, end);
    const cancelTimeout = this.#clock.schedule(TIMEOUT_MS, () => {
      giveUp();
      end('timeout');
    });
  }
}
