// What the runner of checks must know of a service, and no more: the library's `Service` is one, and so is a list in a
// test. Ids are walked once; after that the runner is told what changed (`notice`, `onFact`), because a look at ten
// thousand instances each second would cost more than their checks.

import type { CheckKnobs, CheckState } from '../../core/checking/index.ts';
import type { Outcome, ServiceInstance } from '../../core/model/index.ts';

export interface CheckedService {
  /** Read at every turn, so that a changed knob takes effect with the next check. */
  readonly settings: CheckKnobs;
  /** The present members. Parked instances are none. */
  ids(): Iterable<string>;
  /** One member as it is now; undefined when it is none. */
  get(id: string): CheckedInstance | undefined;
  /** Takes a check's outcome (its source is `check`). `reason` says in one line why it failed. */
  report(id: string, outcome: Outcome, reason?: string): void;
}

/** Its circuit, mode and `msSinceGoodTraffic` (Infinity when there was none), and whom to ask. */
export interface CheckedInstance extends CheckState {
  readonly instance: ServiceInstance;
}
