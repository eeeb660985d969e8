// `hale/engine`: the parts that programs embed which forward requests themselves, such as the proxy. They decide; the
// program waits and touches the world.

export {
  FAILURE_CAUSES,
  KNOBS,
  KNOB_GROUPS,
  PRESETS,
  ConfigError,
  HaleError,
  defaultOf,
  describe,
  expectation,
  readKnob,
  resolveSettings,
} from './model/index.ts';
export type {
  FailureCause,
  Fault,
  Knob,
  KnobKind,
  KnobValue,
  Outcome,
  PresetName,
  Settings,
  SettingsInput,
} from './model/index.ts';
export { formatDuration, monotonicClock, parseDuration, suggest } from './kernel/index.ts';
export { classifyError, classifyGrpc, classifyStatus, compileClassify, parseRetryAfter } from './observe/index.ts';
export type { Classifier, ClassifyRule, HeaderReader } from './observe/index.ts';
export { isIdempotent, isKill, isRepeatable } from './retry/index.ts';
export type { RetryQuestion, RetryVerdict } from './retry/index.ts';
export { TRANSITIONS } from './circuit/index.ts';
export type { CircuitEvent, Transition } from './circuit/index.ts';
export { STRATEGIES, isStrategyName } from './strategies/index.ts';
export type { StrategyName } from './strategies/index.ts';
