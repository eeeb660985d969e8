// The callers: requests come when they come, wait for a head at most `timeoutMs`, are repeated within one rule and one
// budget, and may be hedged.
//
// An open loop on purpose: a caller that waits for its answer before it asks again slows down with the fleet, and hides
// just the trouble that is to be measured ("coordinated omission"). The rule of repetition is the engine's own
// (`core/retry`) and the same for every policy, so that policies are compared in what they decide.

import type { Clock, Random, VirtualClock } from '../../core/kernel/index.ts';
import type { FailureCause } from '../../core/model/index.ts';
import { RetryBudget, isIdempotent, isKill, retryVerdict } from '../../core/retry/index.ts';
import { lognormal } from '../../faults/index.ts';
import type { Policy } from '../policy.ts';
import type { Scenario } from '../scenario.ts';
import { arrivals } from './arrivals.ts';
import { drawKey } from './keys.ts';
import type { Instance } from './instance.ts';
import type { Log } from '../log.ts';
import type { Ending, Request } from '../request.ts';

export interface World {
  readonly scenario: Scenario;
  readonly clock: VirtualClock;
  /** What the balancers read, which may have jumped. */
  readonly balancersClock: Clock;
  readonly fleet: readonly Instance[];
  /** One for each balancer. */
  readonly policies: readonly Policy[];
  readonly log: Log;
}

const MOST_KILLS = 2;

export class Callers {
  readonly #world: World;
  /** Draws arrivals, work and the balancer, and nothing else, so that every policy meets the same requests. */
  readonly #random: Random;
  readonly #nextAfter: (now: number) => number;
  readonly #budgets: readonly RetryBudget[];
  readonly #idempotent: boolean;

  constructor(world: World, random: Random) {
    const { callers, load, balancers } = world.scenario;
    this.#world = world;
    this.#random = random;
    this.#nextAfter = arrivals(load, random);
    this.#budgets = Array.from(
      { length: balancers },
      () => new RetryBudget({ budget: callers.retryBudget, minPerSecond: 0 }),
    );
    this.#idempotent = isIdempotent(callers.method);
  }

  start(): void {
    const { clock, scenario } = this.#world;
    const at = this.#nextAfter(clock.now());
    if (!(at < scenario.lengthMs)) return;
    clock.schedule(at - clock.now(), () => {
      this.#arrive();
      this.start();
    });
  }

  #arrive(): void {
    const { scenario, clock } = this.#world;
    const { callers, fleet, balancers } = scenario;
    const { work } = fleet;
    const random = this.#random;
    const who = callers.keys === undefined ? undefined : drawKey(callers.keys, random);
    const poisonShare = who?.poisonShare ?? callers.poisonShare;
    const isPoison = poisonShare > 0 && random() < poisonShare;
    const balancer = balancers > 1 ? Math.floor(random() * balancers) : 0;
    const isLognormal = work.kind === 'lognormal';
    const workMs = isLognormal
      ? lognormal(work.meanMs, work.sigma, random)
      : work.samplesMs[Math.floor(random() * work.samplesMs.length)];
    const streamMs = isLognormal && work.streamMs ? lognormal(work.streamMs, work.sigma, random) : 0;
    const request = {
      arrivedAt: clock.now(),
      workMs,
      streamMs,
      method: callers.method,
      isPoison,
      key: who?.key,
      route: who?.route,
    };
    this.#budgets[balancer].deposit(clock.now());
    new Exchange(this.#world, balancer, this.#budgets[balancer], this.#idempotent, request).attempt();
  }
}

/** One request and all its attempts, until it is answered. */
class Exchange {
  readonly #world: World;
  readonly #balancer: number;
  readonly #budget: RetryBudget;
  readonly #idempotent: boolean;
  readonly #request: Request;
  #tried: readonly number[] = NOBODY;
  #kills = 0;
  #underWay = 0;
  #isOver = false;
  #didHedge = false;
  #withdraw: (() => void)[] | undefined;

  constructor(world: World, balancer: number, budget: RetryBudget, idempotent: boolean, request: Request) {
    this.#world = world;
    this.#balancer = balancer;
    this.#budget = budget;
    this.#idempotent = idempotent;
    this.#request = request;
  }

  attempt(): void {
    const { scenario, clock, balancersClock, policies, fleet, log } = this.#world;
    const { retries, timeoutMs, hedgeAfterMs } = scenario.callers;
    const replayable = this.#idempotent && this.#tried.length < retries;
    const { key } = this.#request;
    const grant = policies[this.#balancer].pick({ now: balancersClock.now(), replayable, tried: this.#tried, key });
    if (grant === undefined) {
      if (this.#underWay === 0) this.#finish(false);
      return;
    }
    // The number, since a policy without state may hand out one grant for all.
    const { instance } = grant;
    const isFirst = this.#tried.length === 0;
    log.sent(instance, clock.now(), !isFirst);
    this.#underWay++;
    let isSettled = false;
    const settle = (ending: Ending, retryAfterMs?: number): void => {
      if (isSettled) return;
      isSettled = true;
      this.#underWay--;
      cancelTimeout();
      grant.ended(ending, balancersClock.now(), retryAfterMs);
      if (ending !== 'ignored') log.attemptEnded?.(instance, ending === 'good', clock.now());
    };
    const giveUp = fleet[instance].send(this.#request, {
      onHead: () => {
        cancelTimeout();
        grant.responded?.(balancersClock.now());
        log.headed(this.#request, clock.now());
      },
      onEnd: (cause, retryAfterMs) => {
        settle(cause ?? 'good', retryAfterMs);
        if (cause === undefined) this.#finish(true);
        else this.#failed(instance, cause);
      },
    });
    const cancelTimeout = clock.schedule(timeoutMs, () => {
      giveUp();
      settle('timeout');
      this.#failed(instance, 'timeout');
    });
    if (hedgeAfterMs > 0) {
      (this.#withdraw ??= []).push(() => {
        giveUp();
        settle('ignored');
      });
      if (!this.#didHedge && isFirst && this.#idempotent) this.#hedgeLater(instance, hedgeAfterMs);
    }
  }

  #hedgeLater(instance: number, afterMs: number): void {
    this.#world.clock.schedule(afterMs, () => {
      if (this.#isOver || this.#didHedge || this.#underWay === 0) return;
      this.#didHedge = true;
      if (!this.#budget.withdraw(this.#world.clock.now())) return;
      this.#tried = [...this.#tried, instance];
      this.attempt();
    });
  }

  #failed(instance: number, cause: FailureCause): void {
    if (this.#isOver) return;
    if (isKill(cause)) this.#kills++;
    if (!this.#tried.includes(instance)) this.#tried = [...this.#tried, instance];
    const { clock, scenario } = this.#world;
    const verdict = retryVerdict(
      {
        attempt: this.#tried.length,
        cause,
        idempotent: this.#idempotent,
        delivered: cause !== 'connect',
        replayable: true,
        kills: this.#kills,
      },
      { max: scenario.callers.retries, maxKills: MOST_KILLS },
      this.#budget,
      clock.now(),
    );
    if (verdict === 'allowed' && this.#budget.withdraw(clock.now())) this.attempt();
    else if (this.#underWay === 0) this.#finish(false);
  }

  #finish(isGood: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // Copies that are still under way are wanted no more.
    if (this.#withdraw) for (const withdraw of this.#withdraw) withdraw();
    this.#world.log.ended(this.#request, isGood, this.#world.clock.now());
  }
}

const NOBODY: readonly number[] = [];
