// Every policy that can be asked for by name. hale first, then baselines, and what they are measured between last.

import { hale, haleShed, haleSpecification } from './hale.ts';
import { oracle } from './oracle.ts';
import type { PolicyEntry } from '../policy.ts';
import { powerOfTwoChoices } from './power-of-two-choices.ts';
import { randomChoice } from './random-choice.ts';
import { roundRobin } from './round-robin.ts';

export type { HaleOptions } from './hale.ts';
export { haleWith } from './hale.ts';
export { oracle } from './oracle.ts';
export { randomChoice } from './random-choice.ts';

export const POLICIES: readonly PolicyEntry[] = [
  hale,
  haleSpecification,
  haleShed,
  roundRobin,
  powerOfTwoChoices,
  randomChoice,
  oracle,
];
