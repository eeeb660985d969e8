// Is a failure its request's own fault? Asked when a lease ends, before anything is held against the instance.
//
// Free for whoever names no key: the lease is the ordinary one, and the path of a good answer asks for a number that is 0.
// With keys a good answer costs a hash only while some key has failed twice in a row (`watched`). A refused connection is
// never the request's fault, nor is a wish for patience: nobody has looked at the request.

import { KeyBlame } from '../blame/index.ts';
import type { BlameKey, KeyMove } from '../model/index.ts';
import { CONNECT, OVERLOAD } from '../model/index.ts';
import { BLAMED_KEYS, EXCUSED, OUT, WATCHED_KEYS } from './counters.ts';
import type { Lease } from './lease.ts';
import type { EngineState } from './state.ts';

/** Notes the failure of a lease; true: it follows the key from instance to instance, and says nothing of this one. */
export function isKeysFault(state: EngineState, lease: Lease, cause: number, now: number): boolean {
  if (cause === CONNECT || cause === OVERLOAD) return false;
  const { blameKey, slot } = lease;
  const first = firstOf(blameKey);
  if (first === undefined) {
    if (state.counts[WATCHED_KEYS] > 0) noteStranger(state, true, now);
    return false;
  }
  // Made here: most services are never told of a key that fails.
  const blame = (state.blame ??= new KeyBlame(state.random, (move, at) => tell(state, move, at)));
  const reach = state.roster.size - state.counts[OUT];
  const isItsFault = blame.failed(first, secondOf(blameKey), slot, reach, now);
  copyCounts(state, blame);
  if (!isItsFault || state.settings.rules.blame === 'observe') return false;
  state.counters[EXCUSED]++;
  return true;
}

/** Notes the good answer of a lease. To be called while `counts[WATCHED_KEYS]` is above 0. */
export function noteKeysGood(state: EngineState, lease: Lease, now: number): void {
  const { blame } = state;
  const { blameKey, slot } = lease;
  const first = firstOf(blameKey);
  if (first === undefined || blame === undefined) return noteStranger(state, false, now);
  blame.succeeded(first, secondOf(blameKey), slot, now);
  copyCounts(state, blame);
}

/** Is one of these keys blamed just now, by a rule that is enforced? */
export function isBlamed(state: EngineState, keys: BlameKey | undefined, now: number): boolean {
  if (state.counts[BLAMED_KEYS] === 0 || state.settings.rules.blame === 'observe') return false;
  const first = firstOf(keys);
  if (first === undefined) return false;
  const second = secondOf(keys);
  return state.blame!.isBlamed(first, now) || (second !== undefined && state.blame!.isBlamed(second, now));
}

function noteStranger(state: EngineState, isBad: boolean, now: number): void {
  const { blame } = state;
  if (blame === undefined) return;
  blame.noteStranger(isBad, now);
  copyCounts(state, blame);
}

// Beside the other live numbers, where the request path finds them without another look into memory.
function copyCounts({ counts }: EngineState, { watched, blamed }: KeyBlame): void {
  counts[WATCHED_KEYS] = watched;
  counts[BLAMED_KEYS] = blamed;
}

function tell(state: EngineState, move: KeyMove, now: number): void {
  const isBlame = move.type === 'blamed';
  state.facts.add(state.name, now, {
    ...move,
    from: isBlame ? 'unsuspected' : 'blamed',
    to: isBlame ? 'blamed' : 'unsuspected',
    enforced: state.settings.rules.blame === 'enforce',
  });
}

// Types do not hold at run time, and a list is the caller's to change: what is no text is no key.
function firstOf(keys: BlameKey | undefined): string | undefined {
  return typeof keys === 'string' ? keys : keyAt(keys, 0);
}

function secondOf(keys: BlameKey | undefined): string | undefined {
  return typeof keys === 'string' ? undefined : keyAt(keys, 1);
}

function keyAt(keys: readonly string[] | undefined, at: number): string | undefined {
  const key: unknown = Array.isArray(keys) ? keys[at] : undefined;
  return typeof key === 'string' ? key : undefined;
}
