// Records whose truth is known: the simulator's own runs, written down as a recorder would, through a policy that tells what
// it hears.

import { SCENARIOS } from '../scenarios/index.ts';
import { simulate } from '../simulate.ts';
import type { Scenario } from '../scenario.ts';
import type { Log } from '../log.ts';
import type { MakePolicy, PolicyEntry, Surroundings } from '../policy.ts';
import type { Ending } from '../request.ts';
import { POLICIES } from '../policies/index.ts';

export const HEADER = '{"hale":"record","version":1}\n';
/** Unix ms of a simulated 0. */
export const BEGUN = 1_764_000_000_000;

/** A line as recorders write it; given fields stand over a good answer of `a` at BEGUN. */
export function line(fields: Readonly<Record<string, unknown>> = {}): string {
  const ordinary = { time: BEGUN, service: 'api', instance: 'a', outcome: 'success', latencyMs: 10, source: 'traffic' };
  return `${JSON.stringify({ ...ordinary, ...fields })}\n`;
}

/** The lines of a run; instances are called `i0`, `i1`, ... */
export function recordOf(scenario: Scenario, policy: PolicyEntry, seed = 1): string[] {
  const lines: string[] = [];
  simulate(scenario, recorded(policy.make, lines), seed, SILENT);
  return [HEADER, ...lines];
}

export function policyNamed(name: string): PolicyEntry {
  return POLICIES.find((candidate) => candidate.name === name)!;
}

export function scenarioNamed(name: string): Scenario {
  return SCENARIOS.find((candidate) => candidate.name === name)!;
}

const SILENT: Log = { sent() {}, headed() {}, ended() {}, ejected() {} };

function recorded(make: MakePolicy, lines: string[]): MakePolicy {
  return (surroundings) => {
    const { clock } = surroundings;
    const policy = make(surroundings);
    return {
      ...policy,
      pick(wish) {
        const grant = policy.pick(wish);
        if (grant === undefined) return undefined;
        const { instance } = grant;
        return {
          instance,
          responded: (now) => grant.responded?.(now),
          ended(ending, now, retryAfterMs) {
            grant.ended(ending, now, retryAfterMs);
            const latencyMs = now - wish.now;
            lines.push(line({ time: BEGUN + now, instance: `i${instance}`, ...fieldsOf(ending), latencyMs }));
          },
        };
      },
      startChecks(ask) {
        const heard = (instance: number): boolean => {
          const passed = ask(instance);
          const outcome = passed ? { outcome: 'success' } : { outcome: 'failure', cause: 'check' };
          const time = BEGUN + clock.now();
          lines.push(line({ time, instance: `i${instance}`, ...outcome, latencyMs: 1, source: 'check' }));
          return passed;
        };
        if (policy.startChecks) policy.startChecks(heard);
        else startChecks(surroundings, heard);
      },
    };
  };
}

// For policies without checks: somebody checks all the same.
function startChecks({ scenario, clock }: Surroundings, ask: (instance: number) => boolean): void {
  for (let instance = 0; instance < scenario.fleet.instances; instance++) {
    const check = (): void => {
      ask(instance);
      if (clock.now() < scenario.lengthMs) clock.schedule(scenario.checkEveryMs, check);
    };
    clock.schedule(instance * 10, check);
  }
}

function fieldsOf(ending: Ending): Record<string, unknown> {
  if (ending === 'good') return { outcome: 'success' };
  return ending === 'ignored' ? { outcome: 'ignored' } : { outcome: 'failure', cause: ending };
}
