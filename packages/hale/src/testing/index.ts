// hale/testing: for the tests of programs that use hale. Time and chance that a test controls, the catalogue of faults,
// and a fleet in memory that has them.

export type { Clock, Random, VirtualClock } from '../core/kernel/index.ts';
export { seededRandom, virtualClock } from '../core/kernel/index.ts';
export type {
  ActiveFault,
  Behaviour,
  Fault,
  FaultEntry,
  FaultName,
  FaultScript,
  FleetRequest,
  Method,
  ScriptLine,
  Situation,
} from '../faults/index.ts';
export {
  CATALOGUE,
  FAULTS,
  behave,
  changesOf,
  describeFault,
  faultsAt,
  isRefusing,
  isSound,
  isTurnedAway,
  lognormal,
  nextBreak,
  repeatScript,
  zoneLoss,
} from '../faults/index.ts';
export type { FakeFleet, FakeFleetOptions, FleetAnswer, FleetCall, FleetCounts } from './fleet.ts';
export { FleetError, fakeFleet } from './fleet.ts';
export type { StrategySuiteOptions } from './strategy-suite.ts';
export { testStrategy } from './strategy-suite.ts';
export type { ArrayView, ViewedInstance } from './view.ts';
export { arrayView } from './view.ts';
