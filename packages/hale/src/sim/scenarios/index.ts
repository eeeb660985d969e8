// Every scenario, in one list. A new one is an entry in the file whose kind it is.

import type { Scenario } from '../scenario.ts';
import { BLAME } from './blame.ts';
import { ONE_SICK } from './one-sick.ts';
import { POSTS } from './post.ts';
import { QUIET } from './quiet.ts';
import { SEVERAL_SICK } from './several-sick.ts';
import { SHAPES } from './shapes.ts';
import { UNDER_LOAD } from './under-load.ts';

export type { ScenarioInput } from './ordinary.ts';
export { scenario } from './ordinary.ts';
export { validation } from './validation.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...ONE_SICK,
  ...POSTS,
  ...SEVERAL_SICK,
  ...UNDER_LOAD,
  ...QUIET,
  ...SHAPES,
  ...BLAME,
];
