// All groups of claims, in the order of the table.

import { brownout } from './brownout.ts';
import { bursts } from './bursts.ts';
import { capacity } from './capacity.ts';
import type { ClaimGroup } from './claim.ts';
import { falseAlarms } from './false-alarms.ts';
import { losses } from './losses.ts';
import { sharedFaults } from './shared-faults.ts';
import { shapes } from './shapes.ts';
import { weakSpots } from './weak-spots.ts';

export const GROUPS: readonly ClaimGroup[] = [
  losses,
  sharedFaults,
  capacity,
  bursts,
  brownout,
  falseAlarms,
  shapes,
  weakSpots,
];
