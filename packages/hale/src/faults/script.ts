// When which instance has which fault: a list of lines, in milliseconds from the script's start.
//
// Whole incidents are composed from it: the loss of a zone is one line for each instance in it (`zoneLoss`), a rolling
// restart is a line after the other, an endless demonstration repeats its script (`repeatScript`).

import type { ActiveFault, Fault } from './fault.ts';

export interface ScriptLine {
  readonly at: number;
  /** The fault is at work in [at, until). */
  readonly until: number;
  /** An instance's id, or `*` for every instance. */
  readonly instance: string;
  readonly fault: Fault;
}

export type FaultScript = readonly ScriptLine[];

/** The faults of one instance at a moment, in the order of the script. */
export function faultsAt(script: FaultScript, instance: string, now: number): ActiveFault[] {
  const active: ActiveFault[] = [];
  for (const line of script) {
    if (line.at <= now && now < line.until && isMeant(line, instance))
      active.push({ fault: line.fault, since: line.at });
  }
  return active;
}

/**
 * Had this instance no fault at any moment of [from, to]? What is bad about the request does not count: `poison`, and a
 * route that fails wherever it is asked for.
 */
export function isSound(script: FaultScript, instance: string, from: number, to: number): boolean {
  return !script.some((line) => !isOfRequest(line) && line.at <= to && from < line.until && isMeant(line, instance));
}

/** Every moment at which a fault begins or ends, ascending, without repeats. */
export function changesOf(script: FaultScript): number[] {
  return [...new Set(script.flatMap((line) => [line.at, line.until]))].sort((a, b) => a - b);
}

/** The same fault for every instance of a zone. */
export function zoneLoss(
  instances: readonly { readonly id: string; readonly zone?: string }[],
  zone: string,
  when: { readonly at: number; readonly until: number; readonly fault?: Fault },
): ScriptLine[] {
  return instances
    .filter((instance) => instance.zone === zone)
    .map(({ id }) => ({ at: when.at, until: when.until, instance: id, fault: when.fault ?? { name: 'refuse' } }));
}

/** The script again and again, each `periodMs`, until `untilMs`. At most 10,000 lines come of it. */
export function repeatScript(script: FaultScript, periodMs: number, untilMs: number): ScriptLine[] {
  if (!(periodMs > 0)) throw new RangeError(`repeatScript: expected a period above 0, received ${periodMs}`);
  const lines: ScriptLine[] = [];
  for (let offset = 0; offset < untilMs && lines.length + script.length <= LONGEST_SCRIPT; offset += periodMs) {
    for (const line of script) lines.push({ ...line, at: line.at + offset, until: line.until + offset });
  }
  return lines;
}

const LONGEST_SCRIPT = 10_000;

function isOfRequest({ fault, instance }: ScriptLine): boolean {
  return fault.name === 'poison' || (fault.name === 'route-fails' && instance === '*');
}

function isMeant(line: ScriptLine, instance: string): boolean {
  return line.instance === '*' || line.instance === instance;
}
