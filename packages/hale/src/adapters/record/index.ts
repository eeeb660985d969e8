// `hale/record`: outcomes written to a file, for the simulator and for whoever wants to look at them.

export type { RecordCounts } from './batches.ts';
export type { OutcomeFileOptions } from './options.ts';
export { RECORD_KNOBS, isFilePath } from './options.ts';
export { OutcomeFile, recordTo } from './outcome-file.ts';
export type { OutcomeRecord, RecordedOutcome } from './recorded-outcome.ts';
