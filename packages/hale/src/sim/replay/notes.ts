// What a record cannot tell, and what was assumed instead, in plain sentences. A replay that hides its guesses is worse
// than none: whoever turns a knob by it must know which part is measured.

import type { Scenario } from '../scenario.ts';
import type { Histories, History } from './histories.ts';
import type { FittedScript } from './script.ts';

export interface FitFacts {
  readonly histories: Histories;
  readonly fitted: readonly FittedScript[];
  readonly scenario: Scenario;
  /** Services in the record beside this one. */
  readonly others: number;
}

const SILENT_MS = 10_000;

export function notesOf({ histories, fitted, scenario, others }: FitFacts): string[] {
  const { instances, timeoutMs } = histories;
  const attempts = instances.flatMap((history) => history.attempts);
  const count = (is: (attempt: History['attempts'][number]) => boolean): number => attempts.filter(is).length;
  const sum = (of: (one: FittedScript) => number): number => fitted.reduce((total, one) => total + of(one), 0);
  const ignored = count(({ result }) => result === 'ignored');
  const unknown = count(({ hasLatency, result }) => !hasLatency && result !== 'ignored');
  const slowFailures = count(({ result, start, end }) => isFast(result) && end - start > SLOW_FAILURE_MS);
  const overloads = count(({ result }) => result === 'overload');
  const { longestMs, spells, id } = silenceOf(instances);
  return [
    'What another instance would have answered is not recorded (counterfactual latency). A request that the model sends elsewhere takes a time drawn from the good answers of the whole fleet, at the pace of that instance, and longer if the instance was slow just then.',
    'Retries can not be told from new requests. Every recorded attempt is one request of the model, which is not repeated; the share lost is that of attempts, and settings that cause fewer retries do not lower the load.',
    `Queues are not modelled: each instance has ${scenario.fleet.workers} workers, twice the most that was seen at once. Waiting that happened is in the recorded latencies; waiting that other settings would cause is not shown.`,
    'Faults are those of the catalogue that show such failures. Shares and factors are means over a stretch, and a cause outside of the instances (a database that all share) is a fault of each of them.',
    'The record shows the fleet under the settings of its time: an instance that was asked little is known little, and effects of load on faults are not modelled.',
    ...when(
      spells > 0,
      () =>
        `${times(spells, 'silent period')} of more than ${SILENT_MS / 1000} s (longest ${seconds(longestMs)}, instance ${id}): nothing is known of an instance that nobody asks. Without failed checks it is taken for as it was before.`,
    ),
    ...when(
      sum((one) => one.unseenEnds) > 0,
      () =>
        `${times(
          sum((one) => one.unseenEnds),
          'fault',
        )} ended unseen by a check: assumed to have lasted until the first good answer. Other settings that come back sooner would look worse than they are.`,
    ),
    ...when(
      sum((one) => one.unasked) > 0,
      () =>
        `${times(
          sum((one) => one.unasked),
          'spell',
        )} of failed checks without a good answer or enough failures: taken for a crash (or a black hole, where a request timed out). The check alone may have failed.`,
    ),
    ...when(
      instances.length > 1 && slowTogether(scenario) > instances.length / 2,
      () =>
        `${slowTogether(scenario)} of ${instances.length} instances were slow at the same time, as under overload: their slowness is replayed as it was, although other settings would have changed it. Do not trust the model there.`,
    ),
    ...when(
      scenario.checkEveryMs > 0,
      () =>
        `Checks are modelled every ${scenario.checkEveryMs} ms. Where that is their spacing in the record, the setting may be as short as a quarter of it: hale puts checks off while traffic vouches for an instance.`,
    ),
    ...when(
      scenario.checkEveryMs === 0,
      () => 'There are no checks in the record: the model has none, and a fault lasts until the first good answer.',
    ),
    ...when(
      sum((one) => one.chance) > 0,
      () =>
        `${times(
          sum((one) => one.chance),
          'failure',
        )} too rare to be told from chance: left out of the model.`,
    ),
    ...when(
      ignored > 0,
      () =>
        `${times(ignored, 'attempt')} that the caller gave up or that were the caller's own fault: replayed as ordinary requests, since why they ended so is not recorded.`,
    ),
    ...when(
      unknown > 0,
      () =>
        `${times(unknown, 'attempt')} without a latency: taken to have begun when they ended (a time-out: one time-out earlier).`,
    ),
    ...when(
      slowFailures > 0,
      () =>
        `${times(slowFailures, 'failure')} took more than ${SLOW_FAILURE_MS} ms: the model's failures are fast, so the time lost on them is not in it.`,
    ),
    ...when(
      overloads > 0,
      () =>
        'What Retry-After asked is not recorded: 1 s is assumed, and as the limit the most that was answered within a second.',
    ),
    ...when(
      timeoutMs === undefined,
      () => `No time-out is in the record: callers are taken to wait ${scenario.callers.timeoutMs} ms.`,
    ),
    ...when(others > 0, () => `The record holds ${times(others, 'other service')}, which are left out.`),
    'Requests still under way when the record ended are not in it.',
  ];
}

const SLOW_FAILURE_MS = 100;

/** The most instances that were slow at once. */
function slowTogether({ script }: Scenario): number {
  const changes = script
    .filter(({ fault }) => fault.name === 'slow')
    .flatMap(({ at, until }) => [
      { when: at, by: 1 },
      { when: until, by: -1 },
    ])
    .sort((a, b) => a.when - b.when || a.by - b.by);
  let now = 0;
  let most = 0;
  for (const { by } of changes) most = Math.max(most, (now += by));
  return most;
}

function isFast(result: string): boolean {
  return result === 'server-error' || result === 'other' || result === 'connect' || result === 'check';
}

function when(holds: boolean, sentence: () => string): string[] {
  return holds ? [sentence()] : [];
}

function times(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

function silenceOf(instances: readonly History[]): { spells: number; longestMs: number; id: string } {
  let spells = 0;
  let longestMs = 0;
  let id = '';
  for (const history of instances) {
    history.attempts.forEach(({ start }, index) => {
      const gapMs = index > 0 ? start - history.attempts[index - 1].start : 0;
      if (gapMs <= SILENT_MS) return;
      spells++;
      if (gapMs <= longestMs) return;
      longestMs = gapMs;
      id = history.id;
    });
  }
  return { spells, longestMs, id };
}
