// hale/sim: the very engine of this package on virtual time, beside the rules of others, under faults that are data.

export type { Experiment, Row } from './experiment.ts';
export { compare, measure } from './experiment.ts';
export type { Beliefs, Estimate, FaultSpan, Figures, InstanceTimeline, Timeline } from './measures/index.ts';
export { cost, estimate } from './measures/index.ts';
export type { Belief, Grant, MakePolicy, Policy, PolicyEntry, Surroundings, Wish } from './policy.ts';
export type { HaleOptions } from './policies/index.ts';
export { POLICIES, haleWith, oracleAfter } from './policies/index.ts';
export type { PageInput, PageRun, PictureOptions, Trace } from './report/index.ts';
export { renderHtml, renderPicture, sparkline, trace } from './report/index.ts';
export type { Judged, JudgedTree, ScenarioFinding } from './judge/index.ts';
export { judgeScenario, judgeScenarioTree } from './judge/index.ts';
export type {
  DropReason,
  Fit,
  FitOptions,
  LineFault,
  Outline,
  ReadOptions,
  ReadReport,
  Recorded,
  RecordedOutcome,
  RecordText,
  Rerun,
  RerunOptions,
} from './replay/index.ts';
export {
  RECORD_VERSION,
  RecordReader,
  describeCalibration,
  describeFit,
  describeRead,
  fitScenario,
  readRecord,
  rerun,
  servicesOf,
} from './replay/index.ts';
export { memoryOf } from './memory.ts';
export type { CallerKey, Callers, FleetShape, Load, Scenario, Watched, Work } from './scenario.ts';
export type { ScenarioInput } from './scenarios/index.ts';
export { SCENARIOS, scenario, validation } from './scenarios/index.ts';
export { simulate } from './simulate.ts';
export type { Watch } from './simulate.ts';
export type { Log } from './log.ts';
export type { Ending, Request } from './request.ts';
