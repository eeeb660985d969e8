// A recorded file -> a fleet model -> the same load under other settings. Pure: text comes in pieces, sentences go out.

export { describeCalibration, describeFit, describeRead } from './describe.ts';
export type { Fit, FitOptions } from './fit.ts';
export { fitScenario } from './fit.ts';
export type { RecordedOutcome } from './line.ts';
export { RECORD_VERSION } from './line.ts';
export type { DropReason, LineFault, ReadOptions, ReadReport, RecordText } from './read.ts';
export { RecordReader, readRecord } from './read.ts';
export type { Recorded } from './recorded.ts';
export { servicesOf } from './recorded.ts';
export type { Outline, Rerun, RerunOptions } from './rerun.ts';
export { rerun } from './rerun.ts';
