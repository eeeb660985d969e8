// Facts: what has happened, in the past tense, after it is committed. One for each transition, never one for each request.

import type { Circuit, Mode } from './instance.ts';

/** Why a circuit moved. */
export type Reason =
  | 'suspicion' // the sequential test against the fleet found it guilty
  | 'run' // so many failures in a row that the fleet does not matter
  | 'checks' // failed (or passed) active checks
  | 'trial' // a trial's answer
  | 'window' // the recovery window has passed
  | 'replayable' // an early trial by a request that may be sent again
  | 'trial-timeout' // a trial without an answer
  | 'override'; // an operator

/** Absent instances are remembered until forgetAfter. */
export type Membership = 'unknown' | 'present' | 'absent';

/** What becomes of a key whose requests fail: its failures are held against it, or no more. */
export interface KeyMove {
  readonly type: 'blamed' | 'pardoned';
  /** Hash of the key in 8 hexadecimal digits. */
  readonly key: string;
  readonly instances: number;
  /** `idle`: it has not failed for a minute. */
  readonly reason: 'spread' | 'good-outcomes' | 'idle';
}

interface FactBase {
  /** Counts from 1 in each balancer, without gaps. */
  readonly number: number;
  /** The clock's milliseconds. */
  readonly at: number;
  readonly service: string;
}

interface InstanceFactBase extends FactBase {
  readonly instance: string;
}

export type Fact =
  | (InstanceFactBase & {
      readonly type: 'tripped' | 'tried' | 'relapsed' | 'restored';
      readonly from: Circuit;
      readonly to: Circuit;
      readonly reason: Reason;
      /** False when the rule only observes: nothing moved. */
      readonly enforced: boolean;
    })
  | (InstanceFactBase & {
      readonly type: 'spared';
      readonly from: Circuit;
      readonly to: Circuit;
      readonly reason: 'cap' | 'last' | 'alone';
    })
  | (InstanceFactBase & {
      readonly type: 'ejected' | 'admitted';
      readonly from: 'eligible' | 'ejected';
      readonly to: 'eligible' | 'ejected';
      readonly score: number;
      readonly reason: 'threshold';
      readonly enforced: boolean;
    })
  | (InstanceFactBase & {
      readonly type: 'paused';
      readonly from: 'eligible';
      readonly to: 'paused';
      readonly untilMs: number;
      readonly reason: 'overload';
      readonly enforced: boolean;
    })
  | (InstanceFactBase & {
      readonly type: 'overridden';
      readonly from: string;
      readonly to: string;
      readonly reason: 'override';
    })
  | (InstanceFactBase & {
      readonly type: 'joined' | 'parked' | 'returned' | 'forgotten';
      readonly from: Membership;
      readonly to: Membership;
      readonly reason: 'membership';
    })
  | (InstanceFactBase & {
      readonly type: 'forecast';
      /** Its score now, and the threshold that it will meet. */
      readonly from: number;
      readonly to: number;
      readonly inMs: number;
      readonly reason: 'trend';
    })
  | (FactBase & {
      readonly type: 'blamed' | 'pardoned';
      /** Hash of the key in 8 hexadecimal digits: the same in every process, and never the key itself. */
      readonly key: string;
      /** At how many instances it failed and was not answered well since. */
      readonly instances: number;
      readonly from: 'unsuspected' | 'blamed';
      readonly to: 'unsuspected' | 'blamed';
      readonly reason: KeyMove['reason'];
      /** False when the rule only observes: its failures count against instances as ever. */
      readonly enforced: boolean;
    })
  | (FactBase & {
      readonly type: 'panicked' | 'calmed';
      readonly from: number;
      readonly to: number;
      readonly reason: 'minimum';
    });

/** A fact before the balancer has numbered it. */
export type NewFact = Fact extends infer F ? (F extends Fact ? Omit<F, 'number' | 'at' | 'service'> : never) : never;

export type FactListener = (fact: Fact) => void;

export type { Circuit, Mode };
