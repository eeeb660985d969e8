// The public face of hale: classes, errors, presets and types. Nothing else.

export { HealthAwareLoadBalancer, Service } from './library/index.ts';
export type { BalancerOptions, Call, RunContext, RunOptions, ServiceOptions } from './library/index.ts';
export { Lease } from './core/engine/index.ts';
export type { Override, Refusal } from './core/engine/index.ts';
export { ConfigError, ERROR_CODES, HaleError, KNOBS, NoInstanceError, PRESETS } from './core/model/index.ts';
export type {
  BlameKey,
  BlamedKey,
  Circuit,
  EvidenceSnapshot,
  Fact,
  FactListener,
  FailOptions,
  FailureCause,
  Fault,
  HaleErrorCode,
  Health,
  IgnoredSnapshot,
  InstanceSnapshot,
  InstrumentValue,
  Knob,
  Mode,
  Outcome,
  OutcomeSource,
  PickOptions,
  PresetName,
  Reason,
  RecordOptions,
  ServiceInstance,
  ServiceSnapshot,
  SettleOptions,
  Settings,
} from './core/model/index.ts';
export type { OutcomeRecord, RecordedOutcome } from './adapters/record/index.ts';
export type { Check, CheckAnswer, CheckContext } from './core/checking/index.ts';
export type { Strategy, StrategyFactory, StrategyName } from './core/strategies/index.ts';
export type { Clock, Random } from './core/kernel/index.ts';
export type { ClassifyRule } from './core/observe/index.ts';
