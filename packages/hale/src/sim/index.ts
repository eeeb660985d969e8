// hale/sim: the very engine of this package on virtual time, beside the rules of others, under faults that are data.

export type { Experiment, Row } from './experiment.ts';
export { compare, measure } from './experiment.ts';
export type { Estimate, Figures } from './measures/index.ts';
export { cost, estimate } from './measures/index.ts';
export type { Belief, Grant, MakePolicy, Policy, PolicyEntry, Surroundings, Wish } from './policy.ts';
export type { HaleOptions } from './policies/index.ts';
export { POLICIES, haleWith } from './policies/index.ts';
export { memoryOf } from './memory.ts';
export type { Callers, FleetShape, Load, Scenario, Watched, Work } from './scenario.ts';
export type { ScenarioInput } from './scenarios/index.ts';
export { SCENARIOS, scenario, validation } from './scenarios/index.ts';
export { simulate } from './simulate.ts';
export type { Watch } from './simulate.ts';
export type { Log } from './log.ts';
export type { Ending, Request } from './request.ts';
