// Runs the checks of one service: the only place where a check's promise lives. What is due, how many may be under way
// and what an answer means are decided in core/checking; here is waiting, and nothing else.
//
// A check is foreign code. It may throw, ignore its signal, answer late or never: its instance fails, the others go on,
// and a late answer touches nothing. Timers are background ones, so checks never keep a process alive; only `checkNow`,
// which someone awaits, does.

import type { CheckEntry, Check, Turn, Verdict } from '../../core/checking/index.ts';
import { CheckSchedule, ignored, readAnswer, readThrown, readTimeout } from '../../core/checking/index.ts';
import type { Clock, Random } from '../../core/kernel/index.ts';
import type { Fact, ServiceInstance } from '../../core/model/index.ts';
import { HaleError } from '../../core/model/index.ts';
import type { CheckedInstance, CheckedService } from './checked-service.ts';
import { Waiters } from './waiters.ts';

export interface CheckRunnerOptions {
  readonly check: Check;
  readonly clock: Clock;
  readonly random: Random;
}

/** How checks ended, since the runner was made. */
export interface CheckCounts {
  readonly passed: number;
  /** Time-outs, throws and hanging ones included. */
  readonly failed: number;
  readonly timedOut: number;
  /** Checks that threw or rejected, and reports that the service refused by throwing. */
  readonly threw: number;
  /** Without a verdict: the check said so, the instance left or moved meanwhile, or hanging checks filled every place. */
  readonly ignored: number;
  /** Answers that came after the time-out; dropped. */
  readonly late: number;
}

export class CheckRunner {
  readonly #service: CheckedService;
  readonly #check: Check;
  readonly #clock: Clock;
  readonly #schedule: CheckSchedule;
  readonly #underWay = new Set<UnderWay>();
  /** Time-outs whose check has not settled, by id: with which instance it was started. */
  readonly #hanging = new Map<string, ServiceInstance>();
  readonly #waiters: Waiters;
  readonly #counts = { passed: 0, failed: 0, timedOut: 0, threw: 0, ignored: 0, late: 0 };
  #running = false;
  #ticking = false;
  #cancelTick: (() => void) | undefined;

  constructor(service: CheckedService, options: CheckRunnerOptions) {
    this.#service = service;
    this.#check = options.check;
    this.#clock = options.clock;
    this.#schedule = new CheckSchedule(options.random);
    this.#waiters = new Waiters(options.clock);
  }

  get counts(): CheckCounts {
    return { ...this.#counts };
  }

  /** Checks started and not settled, those that outlived their time included; at most check.concurrency. */
  get unsettled(): number {
    return this.#schedule.underWay + this.#schedule.hanging;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.refresh();
  }

  /** Aborts what is under way; resolves when nothing of it can report any more. May be started again. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    const stopped = new HaleError('HALE_CLOSED', 'the checks were stopped');
    this.#schedule.clear();
    for (const run of this.#underWay) {
      this.#abandon(run);
      run.controller.abort(stopped);
    }
    this.#waiters.rejectAll(stopped);
  }

  /** The whole membership may have changed: takes in every id that is new. Costs a walk; `notice` does not. */
  refresh(): void {
    for (const id of this.#service.ids()) if (!this.#schedule.has(id)) this.#take(id);
    this.#plan();
  }

  /** This instance joined, left, or its circuit or mode moved. */
  notice(id: string): void {
    this.#take(id);
    this.#plan();
  }

  /** Keeps up with the service by its facts. */
  onFact(fact: Fact): void {
    // Under a rule that only observes, nothing moved.
    if (!NOTICED.has(fact.type) || !('instance' in fact) || ('enforced' in fact && !fact.enforced)) return;
    this.notice(fact.instance);
  }

  /**
   * Checks one instance, or all, without waiting for their turn, and resolves when the answers are reported. Instances
   * in maintenance and unknown ids are passed over; the bound on checks under way holds. Keeps the process alive.
   * Rejects with `HaleError` (`HALE_CLOSED`) when the runner is not running or is stopped meanwhile.
   */
  async checkNow(id?: string): Promise<void> {
    if (!this.#running) throw new HaleError('HALE_CLOSED', 'the checks are not running');
    const answers = (id === undefined ? [...this.#service.ids()] : [id]).map((each) => this.#ask(each));
    this.#plan();
    await Promise.all(answers);
  }

  #take(id: string): void {
    if (!this.#running) return;
    const state = this.#look(id);
    const knobs = this.#service.settings;
    if (!state) this.#schedule.remove(id);
    else if (this.#schedule.has(id)) this.#schedule.hasten(id, knobs, this.#clock.now());
    else this.#schedule.add(id, state, knobs, this.#clock.now());
  }

  // Who awaits an instance that will not be checked is told here, the one place that learns of it.
  #look(id: string): CheckedInstance | undefined {
    const state = this.#service.get(id);
    if (!state || state.mode === 'maintenance') this.#waiters.release(id);
    return state;
  }

  #plan(): void {
    if (!this.#running || this.#ticking) return;
    this.#cancelTick?.();
    const delayMs = this.#schedule.delayMs(this.#clock.now(), this.#service.settings);
    // Always through the clock, never from here: a thousand checks that answer at once must not hold the thread.
    this.#cancelTick =
      delayMs === undefined ? undefined : this.#clock.schedule(delayMs, () => this.#tick(), { background: true });
  }

  #tick(): void {
    this.#ticking = true;
    const now = this.#clock.now();
    let turn: Turn<CheckedInstance> | undefined;
    // A check may stop the runner in the midst of a tick.
    while (this.#running && (turn = this.#schedule.next(now, this.#service.settings, (id) => this.#look(id)))) {
      const { act, entry, state } = turn;
      if (act === 'check') this.#begin(entry, state.instance, now);
      else this.#deliver(entry.id, state.instance, act === 'hanging' ? this.#hangingVerdict(turn) : ignored);
    }
    this.#ticking = false;
    this.#plan();
  }

  #hangingVerdict({ entry, state }: Turn<CheckedInstance>): Verdict {
    const askedWhom = this.#hanging.get(entry.id);
    // It hangs at an address that is no longer this instance's.
    if (askedWhom && !isSameAddress(askedWhom, state.instance)) return ignored;
    this.#counts.timedOut++;
    return readTimeout(this.#service.settings.check.timeout);
  }

  #begin(entry: CheckEntry, instance: ServiceInstance, startedAt: number): void {
    const run: UnderWay = {
      entry,
      instance,
      startedAt,
      controller: new AbortController(),
      isOver: false,
      cancelTimeout: undefined,
    };
    const timeoutMs = this.#service.settings.check.timeout;
    this.#underWay.add(run);
    run.cancelTimeout = this.#clock.schedule(timeoutMs, () => this.#timeOut(run, timeoutMs), { background: true });
    // Inside the constructor a throw is a rejection.
    new Promise<unknown>((resolve) => resolve(this.#check(instance, { signal: run.controller.signal }))).then(
      (answer) => this.#settle(run, (latencyMs) => readAnswer(answer, latencyMs), false),
      (error) => this.#settle(run, (latencyMs) => readThrown(error, latencyMs), true),
    );
  }

  #settle(run: UnderWay, read: (latencyMs: number) => Verdict, didThrow: boolean): void {
    if (run.isOver) {
      // Rejecting is what an aborted check should do; only an answer is late.
      if (!didThrow) this.#counts.late++;
      this.#hanging.delete(run.entry.id);
      this.#schedule.ended(run.entry);
    } else {
      if (didThrow) this.#counts.threw++;
      this.#finish(run);
      const verdict = read(this.#clock.now() - run.startedAt);
      this.#deliver(run.entry.id, run.instance, verdict);
      // Asked again: the report may have moved its circuit, and with it the next wait.
      const state = this.#service.get(run.entry.id);
      this.#schedule.answered(run.entry, verdict.passed, state, this.#service.settings, this.#clock.now());
    }
    this.#plan();
  }

  #timeOut(run: UnderWay, timeoutMs: number): void {
    if (run.isOver) return;
    this.#counts.timedOut++;
    this.#deliver(run.entry.id, run.instance, readTimeout(timeoutMs));
    this.#abandon(run);
    run.controller.abort(new HaleError('HALE_TIMEOUT', `the check took longer than ${timeoutMs} ms`));
    this.#plan();
  }

  #abandon(run: UnderWay): void {
    this.#finish(run);
    this.#hanging.set(run.entry.id, run.instance);
    const state = this.#running ? this.#service.get(run.entry.id) : undefined;
    this.#schedule.abandoned(run.entry, state, this.#service.settings, this.#clock.now());
  }

  #finish(run: UnderWay): void {
    run.isOver = true;
    run.cancelTimeout?.();
    this.#underWay.delete(run);
  }

  // The answer is for the address that was asked. An instance that left, moved or was taken into maintenance meanwhile
  // must not be judged by it.
  #deliver(id: string, asked: ServiceInstance, verdict: Verdict): void {
    const state = this.#service.get(id);
    const applies = state !== undefined && state.mode !== 'maintenance' && isSameAddress(asked, state.instance);
    if (!applies || verdict.passed === undefined) this.#counts.ignored++;
    else if (verdict.passed) this.#counts.passed++;
    else this.#counts.failed++;
    try {
      if (applies) this.#service.report(id, verdict.outcome, verdict.reason);
    } catch {
      // From a timer or a promise's callback it would end the process.
      this.#counts.threw++;
    }
    this.#waiters.release(id);
  }

  #ask(id: string): Promise<void> {
    const state = this.#service.get(id);
    if (!state || state.mode === 'maintenance') return Promise.resolve();
    const answer = this.#waiters.wait(id);
    const now = this.#clock.now();
    if (!this.#schedule.has(id)) this.#schedule.add(id, state, this.#service.settings, now);
    this.#schedule.ask(id, now);
    return answer;
  }
}

// A restored instance is not among them: its next check is due soon enough.
const NOTICED: ReadonlySet<Fact['type']> = new Set<Fact['type']>([
  'joined',
  'returned',
  'parked',
  'forgotten',
  'tripped',
  'relapsed',
  'overridden',
]);

interface UnderWay {
  readonly entry: CheckEntry;
  readonly instance: ServiceInstance;
  readonly startedAt: number;
  readonly controller: AbortController;
  isOver: boolean;
  cancelTimeout: (() => void) | undefined;
}

function isSameAddress(a: ServiceInstance, b: ServiceInstance): boolean {
  return a === b || (a.url === b.url && a.host === b.host && a.port === b.port);
}
