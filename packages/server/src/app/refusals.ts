// How often the proxy answers by itself, told at a pace that a log can bear: the first answer of a kind at once, what
// follows within a second as one count at its end. A flood that is refused must not become a flood of lines.

import type { Clock } from 'hale';
import type { ProblemCode } from '../proxy/index.ts';

const TELL_EVERY_MS = 1000;

/** Returns what counts one answer. `tell` is called at most once per code and second. */
export function countRefusals(
  clock: Clock,
  tell: (code: ProblemCode, count: number) => void,
): (code: ProblemCode) => void {
  // A code that is in here was told within the last second. Bounded by the number of codes.
  const untold = new Map<ProblemCode, number>();
  const wait = (code: ProblemCode): void =>
    void clock.schedule(
      TELL_EVERY_MS,
      () => {
        const count = untold.get(code) ?? 0;
        untold.delete(code);
        if (count > 0) report(code, count);
      },
      { background: true },
    );
  const report = (code: ProblemCode, count: number): void => {
    untold.set(code, 0);
    wait(code);
    tell(code, count);
  };
  return (code) => {
    const count = untold.get(code);
    if (count === undefined) report(code, 1);
    else untold.set(code, count + 1);
  };
}
