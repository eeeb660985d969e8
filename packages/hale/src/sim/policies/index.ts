// Every policy that can be asked for by name. hale first, then baselines, and what they are measured between last.

import { balancedPool } from './balanced-pool.ts';
import { envoy10, envoy50 } from './envoy.ts';
import { finagle } from './finagle.ts';
import { grpcA50 } from './grpc-a50.ts';
import { hale, haleShed, haleSpecification } from './hale.ts';
import { haproxy } from './haproxy.ts';
import { linkerd } from './linkerd.ts';
import { naiveRule } from './naive-rule.ts';
import { nginx } from './nginx.ts';
import { opossumBreaker } from './opossum-breaker.ts';
import { oracle } from './oracle.ts';
import type { PolicyEntry } from '../policy.ts';
import { powerOfTwoChoices } from './power-of-two-choices.ts';
import { prequal } from './prequal.ts';
import { randomChoice } from './random-choice.ts';
import { roundRobin } from './round-robin.ts';

export type { HaleOptions } from './hale.ts';
export { oracleAfter } from './delayed-oracle.ts';
export { haleWith } from './hale.ts';
export { oracle } from './oracle.ts';
export { randomChoice } from './random-choice.ts';

export const POLICIES: readonly PolicyEntry[] = [
  hale,
  haleSpecification,
  haleShed,
  haproxy,
  nginx,
  envoy10,
  envoy50,
  grpcA50,
  linkerd,
  finagle,
  prequal,
  opossumBreaker,
  balancedPool,
  naiveRule,
  roundRobin,
  powerOfTwoChoices,
  randomChoice,
  oracle,
];
