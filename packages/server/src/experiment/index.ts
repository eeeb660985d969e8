// hale sim: experiments on virtual time, for the terminal and for programs.

export { listJson, listText } from './list.ts';
export { writePage } from './page.ts';
export type { ExperimentIo, ExperimentOptions } from './run-experiment.ts';
export { runExperiment, tooLarge } from './run-experiment.ts';
export { optionsOf, replay } from './replay.ts';
export { BARE_CONFIG, changeSettings, serviceNamed } from './settings.ts';
