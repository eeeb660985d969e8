// What the demo knows of its run, gathered from the threads and from hale, and handed out as one view.

import type { InstanceSnapshot } from 'hale';
import type { FaultScript } from 'hale/testing';
import { describeFault, faultsAt } from 'hale/testing';

import { INSTANCE_IDS } from './demo-script.ts';
import type { Tally } from './threads.ts';
import type { DemoView } from './view.ts';

/** What the stage asks of the running hale. */
export interface Watched {
  instances(): Promise<readonly InstanceSnapshot[]>;
  /** Transitions since the last call, one sentence each. */
  happenings(): readonly string[];
}

export interface StageOptions {
  readonly script: FaultScript;
  readonly lengthMs: number;
  readonly rate: number;
  readonly seed: number;
  /** Requests so far, by fleet and instance; hale's fleet is the first. */
  readonly counts: () => readonly (readonly number[])[];
}

const SHARE_OVER_MS = 2000;
const SECONDS_KEPT = 60;
const HAPPENINGS_KEPT = 3;

export class Stage {
  tallies: readonly Tally[] = [];
  readonly #options: StageOptions;
  #elapsedMs = 0;
  #instances: readonly InstanceSnapshot[] = [];
  #happened: string[] = [];
  /** Counts of hale's fleet at earlier moments, oldest first, a little more than the share's span. */
  #earlier: { readonly at: number; readonly counts: readonly number[] }[] = [];
  #lostEachSecond: number[][] = [];
  #lostBefore: number[] = [];
  #second = 0;

  constructor(options: StageOptions) {
    this.#options = options;
  }

  async look(elapsedMs: number, hale: Watched): Promise<void> {
    this.#instances = await hale.instances();
    this.#elapsedMs = Math.max(0, elapsedMs);
    const at = (this.#elapsedMs / 1000).toFixed(1).padStart(5);
    this.#happened.push(...hale.happenings().map((sentence) => `${at} s  ${sentence}`));
    this.#happened = this.#happened.slice(-HAPPENINGS_KEPT);
    this.#earlier.push({ at: this.#elapsedMs, counts: this.#options.counts()[0] ?? [] });
    while (this.#earlier.length > 2 && this.#earlier[1].at <= this.#elapsedMs - SHARE_OVER_MS) this.#earlier.shift();
    this.#countSeconds();
  }

  view(): DemoView {
    const { script, lengthMs, rate, seed } = this.#options;
    const before = this.#earlier[0]?.counts ?? [];
    const after = this.#earlier.at(-1)?.counts ?? [];
    const sent = after.map((count, at) => count - (before[at] ?? 0));
    const total = Math.max(
      1,
      sent.reduce((sum, count) => sum + count, 0),
    );
    return {
      elapsedMs: Math.min(this.#elapsedMs, lengthMs),
      lengthMs,
      rate,
      seed,
      tallies: this.tallies,
      lostEachSecond: this.#lostEachSecond,
      happened: this.#happened,
      instances: this.#instances.map(({ id, score, circuit, inFlight }) => ({
        id,
        score,
        circuit,
        inFlight,
        share: (sent[INSTANCE_IDS.indexOf(id)] ?? 0) / total,
        fault: faultOf(script, id, this.#elapsedMs),
      })),
    };
  }

  #countSeconds(): void {
    const second = Math.floor(this.#elapsedMs / 1000);
    if (second <= this.#second && this.#lostEachSecond.length > 0) return;
    this.#second = second;
    this.#lostEachSecond = this.tallies.map(({ lost }, at) =>
      [...(this.#lostEachSecond[at] ?? []), lost - (this.#lostBefore[at] ?? 0)].slice(-SECONDS_KEPT),
    );
    this.#lostBefore = this.tallies.map(({ lost }) => lost);
  }
}

// Poison is on everybody all the time and says nothing about the instance.
function faultOf(script: FaultScript, id: string, now: number): string {
  return faultsAt(script, id, now)
    .filter(({ fault }) => fault.name !== 'poison')
    .map(({ fault }) => describeFault(fault))
    .join(', ');
}
