// Scenarios that users write: a file of data, or a program that exports one.

export type { LoadedScenario } from './load.ts';
export { loadScenario } from './load.ts';
export { readScenario } from './read.ts';
