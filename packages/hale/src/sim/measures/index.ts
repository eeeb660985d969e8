// What is measured of a run, and what is made of many runs.

export type { Figures } from './figures.ts';
export { cost } from './figures.ts';
export { RunRecord } from './record.ts';
export { shareBytes } from './shares.ts';
export type { Estimate } from './statistics.ts';
export { estimate } from './statistics.ts';
export type { Beliefs, FaultSpan, InstanceTimeline, Timeline } from './timeline.ts';
export { TimelineRecord } from './timeline.ts';
