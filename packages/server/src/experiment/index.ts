// hale sim: experiments on virtual time, for the terminal and for programs.

export type { ExperimentIo, ExperimentOptions } from './run-experiment.ts';
export { runExperiment, tooLarge } from './run-experiment.ts';
export { BARE_CONFIG, changeSettings, serviceNamed } from './settings.ts';
export { aligned } from './table.ts';
