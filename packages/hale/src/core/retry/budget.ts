// How much of the traffic may be retries.
//
// A count of attempts per request bounds nothing for the fleet: in an outage every request fails, so `max: 1` doubles
// the load just when the fleet can bear it least. A budget couples retries to requests: each request deposits `budget`
// (0.2: one retry for five requests), each retry takes 1. A floor lets a service of one request a minute retry as well.
//
// Deposits and withdrawals expire after ten seconds, so that a quiet night saves nothing up for the morning's outage.
// The account is kept in ten slices of a second; the sum of the slices is the balance, and the floor is its overdraft.
// So at the moment of each retry, over the ten slices up to it: retries <= budget x requests + 10 s x minPerSecond.
// (A retry may outlast the requests that paid for it; until it expires too it is a debt, which errs on the safe side.)
//
// Where it fails: the floor can be spent at once (100 retries in a moment with the default of 10 a second). A floor
// below 0.1 a second is an overdraft below one retry, and helps only beside deposits.
// Source: Finagle `RetryBudget` (its TokenBucket with a WindowedAdder); the numbers 20 %, 10 a second and 10 s are its.

export interface BudgetLimits {
  /** Retries as a share of requests, [0,1]. */
  readonly budget: number;
  /** Retries a second that are always allowed, at least 0. */
  readonly minPerSecond: number;
}

export class RetryBudget {
  // Slices of deposits less withdrawals; then their sum, and the number of the newest slice. Fractions in object
  // fields would be heap numbers, one for each deposit.
  readonly #account: Float64Array = new Float64Array(SLICES + 2);
  #limits: BudgetLimits;

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
    this.#account[NEWEST] = NaN;
  }

  /** Other limits from now on; the balance is kept. */
  configure(limits: BudgetLimits): void {
    this.#limits = limits;
  }

  /** One request has come, with `now` in monotonic milliseconds. Once for each request, not for each attempt. */
  deposit(now: number): void {
    this.#add(now, this.#limits.budget);
  }

  /** Could one retry be taken out? */
  hasOne(now: number): boolean {
    return this.remaining(now) >= 1 - ROUNDING;
  }

  /** Takes one retry out, or says false and takes nothing. */
  withdraw(now: number): boolean {
    if (!this.hasOne(now)) return false;
    this.#add(now, -1);
    return true;
  }

  /** Retries that could be taken now; at least 0. */
  remaining(now: number): number {
    this.#moveTo(now);
    return Math.max(0, this.#account[SUM] + SLICES * this.#limits.minPerSecond);
  }

  #add(now: number, amount: number): void {
    this.#moveTo(now);
    const account = this.#account;
    account[account[NEWEST] % SLICES] += amount;
    account[SUM] += amount;
  }

  #moveTo(now: number): void {
    const account = this.#account;
    const slice = Math.floor(now / SLICE_MS);
    const ahead = slice - account[NEWEST];
    if (ahead === 0) return;
    // A clock that steps back by a little, or tells NaN, stays in the newest slice. One that steps back by more than
    // the account reaches starts a new one: to wait until it has caught up could mean to wait for a day.
    if (ahead < 0 && ahead > -SLICES) return;
    if (!Number.isFinite(slice) || slice < 0) {
      if (Number.isNaN(account[NEWEST])) account[NEWEST] = 0;
      return;
    }
    if (ahead > 0 && ahead < SLICES) {
      for (let passed = account[NEWEST] + 1; passed <= slice; passed++) account[passed % SLICES] = 0;
    } else {
      account.fill(0, 0, SLICES);
    }
    account[NEWEST] = slice;
    // Summed anew once a second rather than corrected: a running sum of fractions drifts.
    account[SUM] = 0;
    for (let i = 0; i < SLICES; i++) account[SUM] += account[i];
  }
}

const SLICES = 10;
const SLICE_MS = 1000;
/** Places in the account behind the slices. */
const SUM = SLICES;
const NEWEST = SLICES + 1;
/** Five deposits of 0.2 are 1 by intent and can be a little less by addition. */
const ROUNDING = 1e-6;
