// Asking a strategy, which may be a user's own: what it throws becomes a counter, what it answers is checked, and a wrong
// answer costs 64 looks instead of a request. -1 is no wrong answer: it means that nobody shall have this request, and
// looking for somebody all the same would overrule a strategy that has its reasons.

import { describe } from '../model/index.ts';
import type { Group } from '../eligibility/index.ts';
import type { Member, PickContext, Strategy } from '../strategies/strategy.ts';
import { describeThrown } from './facts.ts';
import type { Candidates } from './pick.ts';
import type { EngineState } from './state.ts';

/** The slot that the group's strategy chooses; -1 when it chooses nobody. The view shows the group. */
export function askStrategy(state: EngineState, candidates: Candidates, group: Group, context: PickContext): number {
  const strategy = (candidates.strategies[group.number] ??= state.makeStrategy());
  if (group.isStale) rebuild(state, strategy, group);
  const { view } = state;
  let position: unknown;
  try {
    position = strategy.pick(view, context);
  } catch (error) {
    state.noteThrown(`strategy ${strategy.name} threw ${describeThrown(error)}`);
    return anyoneAvailable(state, context);
  }
  if (position === -1) return -1;
  // A position that is no whole number, or of nobody available, is a strategy's fault, never a lost request.
  if (
    typeof position === 'number' &&
    position >= 0 &&
    position < view.count &&
    (position | 0) === position &&
    view.isAvailable(position)
  ) {
    return view.slotAt(position);
  }
  state.noteThrown(`strategy ${strategy.name} answered ${describe(position)}, where nobody is available`);
  return anyoneAvailable(state, context);
}

function anyoneAvailable(state: EngineState, context: PickContext): number {
  const { view } = state;
  const looks = Math.min(state.tuning.lookAround, view.count);
  const start = Math.floor(context.random() * view.count);
  for (let look = 0; look < looks; look++) {
    const position = (start + look) % view.count;
    if (view.isAvailable(position)) return view.slotAt(position);
  }
  return -1;
}

function rebuild(state: EngineState, strategy: Strategy, group: Group): void {
  group.isStale = false;
  if (strategy.rebuild === undefined) return;
  const members: Member[] = [];
  for (const [list, count] of [
    [group.listed, group.listedCount],
    [group.others, group.othersCount],
  ] as const) {
    for (let index = 0; index < count; index++) {
      const slot = list[index];
      members.push({ id: state.records[slot].id, order: slot, weight: state.weightOf(slot) });
    }
  }
  members.sort((a, b) => a.order - b.order);
  try {
    strategy.rebuild(members);
  } catch (error) {
    state.noteThrown(`strategy ${strategy.name} threw ${describeThrown(error)} in rebuild`);
  }
}
