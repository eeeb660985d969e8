// What keys say together: moments in their order and within the length, instances that exist, and a run that ends.
//
// A value that was refused before is undefined here, and every comparison with it is false: it makes no second fault. Where
// the value that does not fit was inherited (`extends`), the fault is at the key that was changed, for only that is written.

import type { Scenario } from '../scenario.ts';
import type { Path, ScenarioFinding } from './finding.ts';
import { valueAt } from './finding.ts';
import type { Spelling } from './spelling.ts';
import { checkSize } from './size-rules.ts';

/** Tells a fault at the first of these places that was written, or at the last. Keys are the scenario's. */
export type Report = (places: readonly Path[], expected: string) => void;

interface Rules {
  readonly report: Report;
  isWritten(path: Path): boolean;
  writeDuration(ms: number): string;
}

/** `value` is what was written, in that spelling. */
export function checkRules(scenario: Scenario, value: unknown, spelling: Spelling): ScenarioFinding[] {
  const findings: ScenarioFinding[] = [];
  const spelt = (path: Path): Path => path.map((step) => (typeof step === 'string' ? spelling.keyOf(step) : step));
  const isWritten = (path: Path): boolean => valueAt(value, spelt(path)) !== undefined;
  const report: Report = (places, expected) => {
    findings.push({ path: spelt(places.find(isWritten) ?? places.at(-1)!), expected });
  };
  const rules = { report, isWritten, writeDuration: spelling.writeDuration };
  checkScript(scenario, rules);
  checkWatched(scenario, rules);
  checkLoad(scenario, rules);
  checkCallers(scenario, rules);
  checkSize(scenario, report);
  return findings;
}

function checkScript({ script, lengthMs, fleet }: Scenario, { report, isWritten, writeDuration: write }: Rules): void {
  for (const [index, { at, until, instance }] of script.entries()) {
    const line = ['script', index];
    if (at >= until)
      report(
        [
          [...line, 'until'],
          [...line, 'at'],
        ],
        `a moment after it began, ${write(at)}`,
      );
    if (isWritten(line) && at >= lengthMs) report([[...line, 'at']], `a moment before the end, ${write(lengthMs)}`);
    if (isWritten(line) && Number(instance) >= fleet.instances)
      report([[...line, 'instance']], `${oneOfFleet(fleet.instances)} or '*' for all`);
  }
  if (isWritten(['script'])) return;
  // One fault about the length or the size that was chosen, however many lines it does not suit.
  const begins = Math.max(...script.map(({ at }) => at));
  if (begins >= lengthMs) report([['lengthMs']], `more than ${write(begins)}, when the last of its faults begins`);
  const highest = Math.max(...script.map(({ instance }) => (instance === '*' ? 0 : Number(instance))));
  if (highest >= fleet.instances)
    report([['fleet', 'instances']], `at least ${highest + 1}, since the script is about instance ${highest}`);
}

function checkWatched({ watched, lengthMs, fleet }: Scenario, { report, writeDuration: write }: Rules): void {
  if (watched === undefined) return;
  const { instance, failsAtMs, healsAtMs = Number.NaN } = watched;
  if (instance >= fleet.instances)
    report(
      [
        ['watched', 'instance'],
        ['fleet', 'instances'],
      ],
      `the watched one to be ${oneOfFleet(fleet.instances)}`,
    );
  if (failsAtMs >= lengthMs)
    report([['watched', 'failsAtMs'], ['lengthMs']], `the watched instance to fail before the end, ${write(lengthMs)}`);
  if (healsAtMs <= failsAtMs)
    report([['watched', 'healsAtMs'], ['watched']], `a moment after it failed, ${write(failsAtMs)}`);
  else if (healsAtMs > lengthMs)
    report([['watched', 'healsAtMs'], ['lengthMs']], `the watched instance to heal by the end, ${write(lengthMs)}`);
}

function checkLoad({ load, lengthMs, judgedFromMs }: Scenario, { report, writeDuration: write }: Rules): void {
  if (judgedFromMs >= lengthMs)
    report(
      [['judgedFromMs'], ['lengthMs']],
      `judging from ${write(judgedFromMs)} on to begin before the end, ${write(lengthMs)}`,
    );
  if (load.kind === 'bursts' && load.burstMs > load.everyMs)
    report(
      [
        ['load', 'burstMs'],
        ['load', 'everyMs'],
      ],
      `at most the time from burst to burst, ${write(load.everyMs)}`,
    );
}

function checkCallers({ callers: { keys = [] } }: Scenario, { report }: Rules): void {
  const shares = Math.round(1e6 * keys.reduce((sum, { share }) => sum + share, 0)) / 1e6;
  if (shares > 1) report([['callers', 'keys']], `shares that are at most 1 together, which would be ${shares}`);
  const first = new Map<string, number>();
  for (const [index, { key }] of keys.entries()) {
    if (key === undefined) continue; // refused before
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, index);
    else report([['callers', 'keys', index, 'key']], `another name than that of keys[${earlier}]`);
  }
}

function oneOfFleet(instances: number): string {
  return instances === 1 ? 'instance 0' : `an instance from 0 to ${instances - 1}`;
}
