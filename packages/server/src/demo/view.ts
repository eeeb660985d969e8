// What the demo shows at one moment, as plain data: the screen, the plain lines and the summary are three ways to write it.

import type { Circuit } from 'hale';

import type { Tally } from './threads.ts';

export interface InstanceView {
  readonly id: string;
  /** [0,1] */
  readonly score: number;
  readonly circuit: Circuit;
  /** Of the requests that hale's fleet was sent lately, [0,1]. */
  readonly share: number;
  readonly inFlight: number;
  /** In words; empty without a fault. */
  readonly fault: string;
}

export interface DemoView {
  readonly elapsedMs: number;
  readonly lengthMs: number;
  /** Requests a second for each policy. */
  readonly rate: number;
  readonly seed: number;
  readonly instances: readonly InstanceView[];
  /** hale first. */
  readonly tallies: readonly Tally[];
  /** Requests lost in each of the last seconds, oldest first, by policy's position. */
  readonly lostEachSecond: readonly (readonly number[])[];
  /** The latest transitions of hale's circuits, oldest first, one sentence each. */
  readonly happened: readonly string[];
}
