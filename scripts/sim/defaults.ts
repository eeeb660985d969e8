// The defaults that experiments vary: each with how hale is told another value.

import type { HaleOptions } from 'hale/sim';

export interface Varied {
  readonly key: string;
  readonly default: number;
  /** Instead of half and double, where those make no sense. */
  readonly values?: readonly number[];
  options(value: number): HaleOptions;
}

export const VARIED: readonly Varied[] = [
  knob('healthThreshold', 0.5, (value) => ({ healthThreshold: value }), [0.25, 0.75]),
  knob('recoveryThreshold', 0.8, (value) => ({ recoveryThreshold: value }), [0.6, 0.9]),
  knob('circuitBreakThreshold', 5, (value) => ({ circuitBreakThreshold: value }), [3, 10]),
  knob('recoveryWindow', 10_000, (value) => ({ recoveryWindow: `${value}ms` })),
  knob('rise', 2, (value) => ({ check: { rise: value } }), [1, 4]),
  knob('fall', 2, (value) => ({ check: { fall: value } }), [1, 4]),
  knob('ejectionCap', 0.5, (value) => ({ ejectionCap: value }), [0.25, 1]),
  knob('runFactor', 4, (value) => ({ runFactor: value })),
  knob('slowStart', 2000, (value) => ({ slowStart: `${value}ms` })),
  knob('overflow', 1.4, (value) => ({ overflow: value }), [1, 2.8]),
  number('evidenceMs', 10_000),
  number('evidenceCount', 50),
  number('prior', 5),
  number('floor', 0.01),
  number('delta', 0.1),
  number('failureCost', 100),
  number('replayableFailureCost', 20),
  number('scoutFailureCost', 10),
  number('commonFault', 0.8, [0.4, 0.9]),
  number('latencyWeight', 0.05),
  number('latencyMs', 10_000),
  number('medianStep', 0.02),
  number('burstMs', 100),
  number('firstTrust', 0.1),
  number('restoredTrust', 0.2),
  number('trustGrowth', 1.1, [1.05, 1.2]),
  number('leastTrust', 0.05),
  number('safeLatencies', 50),
  number('safeFirstMs', 1000),
  number('safeLongestMs', 8000),
  number('safePicks', 200),
  number('heedWindows', 4),
  number('spill', 2, [1, 4]),
];

function knob(
  key: string,
  normal: number,
  settings: (value: number) => HaleOptions['settings'],
  values?: readonly number[],
): Varied {
  return { key, default: normal, ...(values && { values }), options: (value) => ({ settings: settings(value)! }) };
}

function number(key: string, normal: number, values?: readonly number[]): Varied {
  return { key, default: normal, ...(values && { values }), options: (value) => ({ tuning: tuned(key, value) }) };
}

// Some numbers are derived from others, once, where the engine reads them.
function tuned(key: string, value: number): Record<string, number> {
  const derived: Record<string, number> = { [key]: value };
  if (key === 'floor' || key === 'delta') {
    const floor = key === 'floor' ? value : 0.01;
    const delta = key === 'delta' ? value : 0.1;
    derived['cleanFailure'] = Math.log(1 + (delta * (1 - floor)) / floor);
    derived['goodOutcome'] = Math.log(1 - delta) / derived['cleanFailure'];
  }
  return derived;
}
