// The same kind of trouble in another fleet, for what was not tuned on: half as many instances again, work a quarter longer
// with a heavier tail, and the load in proportion, so that each instance is as busy as before.

import type { Load, Scenario, Work } from '../scenario.ts';

const LONGER = 1.25;
const MORE = 1.5;

export function validation(scenario: Scenario): Scenario {
  const { fleet, load } = scenario;
  // One alone stays alone: there is no fleet to grow.
  const instances = fleet.instances === 1 ? 1 : Math.round(fleet.instances * MORE);
  const factor = instances / fleet.instances / LONGER;
  return { ...scenario, fleet: { ...fleet, instances, work: longer(fleet.work) }, load: scaled(load, factor) };
}

function longer(work: Work): Work {
  if (work.kind === 'measured') return { ...work, samplesMs: work.samplesMs.map((ms) => ms * LONGER) };
  return { ...work, meanMs: work.meanMs * LONGER, sigma: 0.8 };
}

function scaled(load: Load, factor: number): Load {
  switch (load.kind) {
    case 'trace':
      return load;
    case 'bursts':
      return { ...load, perSecond: load.perSecond * factor, peak: load.peak * factor };
    case 'steady':
    case 'daily':
      return { ...load, perSecond: load.perSecond * factor };
  }
}
