// The one table of legal moves. The engine moves a circuit only through it; the documentation, the model test and
// `explain` are derived from it. An event that a state does not list leaves the circuit where it is.
//
// Why a table: in nested conditions the pair that nobody thought of (a failed check in half-open, an override in the middle
// of a trial) does something all the same.

import type { Circuit } from '../model/index.ts';

export type CircuitEvent =
  | 'suspected' // the sequential test, a run of failures or failed checks prove it guilty, and the cap allows
  | 'window-passed' // the recovery window has passed, at a pick
  | 'replayable' // it is safe to try early, at a pick that may be sent again
  | 'checks-passed' // `rise` good checks in a row, and checks had failed during this fault
  | 'checks-failed' // `fall` failed checks in a row
  | 'trial-failed'
  | 'trials-passed' // enough good trials
  | 'trial-expired' // a trial without an answer within trialTimeout
  | 'forced-open'
  | 'forced-closed'
  | 'released'; // an operator's `auto`

export interface Transition {
  readonly to: Circuit;
  /** What else happens, in words: the reference for the code that enacts it. */
  readonly does: string;
}

export const TRANSITIONS: Readonly<Record<Circuit, Readonly<Partial<Record<CircuitEvent, Transition>>>>> = {
  closed: {
    suspected: {
      to: 'open',
      does: 'its evidence leaves the totals; refused for the recovery window; the next window is longer',
    },
    'forced-open': { to: 'open', does: 'forced: no evidence, window or check moves it' },
    'forced-closed': { to: 'closed', does: 'forced: evidence is forgotten; no evidence, window or check moves it' },
    released: { to: 'closed', does: 'no longer forced; evidence is forgotten' },
  },
  open: {
    'window-passed': { to: 'half-open', does: 'trials by any request' },
    replayable: { to: 'half-open', does: 'trials by replayable requests only, until the window has passed' },
    'checks-passed': { to: 'half-open', does: 'trials by any request' },
    'forced-open': { to: 'open', does: 'forced: no evidence, window or check moves it' },
    'forced-closed': { to: 'closed', does: 'forced: evidence is forgotten; no evidence, window or check moves it' },
    released: { to: 'half-open', does: 'no longer forced; trials by any request' },
  },
  'half-open': {
    'trial-failed': { to: 'open', does: 'refused for a longer window' },
    'checks-failed': { to: 'open', does: 'refused for a longer window' },
    'trials-passed': { to: 'closed', does: 'trust .2, suspicion half the threshold, other evidence forgotten' },
    'trial-expired': { to: 'half-open', does: 'the place returns; good trials are counted anew' },
    'forced-open': { to: 'open', does: 'forced: no evidence, window or check moves it' },
    'forced-closed': { to: 'closed', does: 'forced: evidence is forgotten; no evidence, window or check moves it' },
    released: { to: 'half-open', does: 'nothing was forced' },
  },
};
