// The engine's checks on virtual time: its own schedule says which instance is due, the simulated fleet answers at once.
// What `adapters/checks` does with promises and time-outs, without either.

import type { CheckKnobs } from '../../core/checking/index.ts';
import { CheckSchedule } from '../../core/checking/index.ts';
import type { FactLog, ServiceEngine } from '../../core/engine/index.ts';
import type { Clock, Random } from '../../core/kernel/index.ts';
import type { Outcome } from '../../core/model/index.ts';

const PASSED: Outcome = { kind: 'success', source: 'check' };
const FAILED: Outcome = { kind: 'failure', cause: 'check', source: 'check' };

export interface EngineChecks {
  readonly engine: ServiceEngine;
  readonly facts: FactLog;
  readonly knobs: CheckKnobs;
  readonly clock: Clock;
  readonly random: Random;
}

/** Checks every instance from now on, for as long as the clock runs. */
export function startEngineChecks(
  { engine, facts, knobs, clock, random }: EngineChecks,
  ask: (id: string) => boolean,
): void {
  const schedule = new CheckSchedule(random);
  let cancel: (() => void) | undefined;
  const plan = (): void => {
    cancel?.();
    const delayMs = schedule.delayMs(clock.now(), knobs);
    cancel = delayMs === undefined ? undefined : clock.schedule(delayMs, tick);
  };
  const tick = (): void => {
    const now = clock.now();
    for (;;) {
      const turn = schedule.next(now, knobs, (id) => engine.checkState(id));
      if (turn === undefined) break;
      const passed = ask(turn.entry.id);
      engine.report(turn.entry.id, passed ? PASSED : FAILED, now);
      schedule.answered(turn.entry, passed, engine.checkState(turn.entry.id), knobs, now);
    }
    plan();
  };
  for (const id of engine.presentIds()) schedule.add(id, engine.checkState(id)!, knobs, clock.now());
  facts.subscribe((fact) => {
    if (fact.type !== 'tripped' && fact.type !== 'relapsed') return;
    schedule.hasten(fact.instance, knobs, clock.now());
    plan();
  });
  plan();
}
