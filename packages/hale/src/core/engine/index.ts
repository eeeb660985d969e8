export type { ForeignEvidence } from './merge.ts';
export { FactLog, describeThrown } from './facts.ts';
export { isOutcome } from './given.ts';
export { ServiceInstruments } from './instruments.ts';
export { Lease } from './lease.ts';
export type { Override } from './override.ts';
export type { Refusal } from './service-engine.ts';
export { ServiceEngine } from './service-engine.ts';
export type { EngineOptions } from './state.ts';
