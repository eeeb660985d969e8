// What can go wrong with an instance: the catalogue of faults, scripts of them, and how long work takes. The simulator, the
// demo, the fake fleet of hale/testing and the property tests all interpret this one.

export type { ActiveFault, Behaviour, Fault, FaultEntry, FaultName, FleetRequest, Method, Situation } from './fault.ts';
export { behave, describeFault, isRefusing, isTurnedAway, nextBreak } from './fault.ts';
export { CATALOGUE, FAULTS } from './catalogue.ts';
export type { Parameter } from './parameters.ts';
export { METHODS, PARAMETERS, ROUTE } from './parameters.ts';
export type { FaultScript, ScriptLine } from './script.ts';
export { changesOf, faultsAt, isSound, repeatScript, zoneLoss } from './script.ts';
export { lognormal } from './work.ts';
