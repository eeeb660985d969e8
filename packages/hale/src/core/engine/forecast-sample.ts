// Feeding the forecast, about once a second and instance, and telling when it foresees trouble.

import { distrust as halveTrust } from '../recovery/index.ts';
import { scoreOf } from '../score/index.ts';
import { isForced } from './listing.ts';
import type { EngineState } from './state.ts';

/** Takes a sample of the forecast when one is due, and tells of it when it has been confirmed. */
export function sampleForecast(state: EngineState, slot: number, now: number): void {
  const { forecast, ledger, fleet, settings, tuning } = state;
  if (forecast === undefined || !forecast.isDue(slot, now)) return;
  forecast.sample(ledger, fleet, slot, now, settings, tuning);
  const inMs = forecast.untilBelow(slot, settings.healthThreshold);
  const record = state.records[slot];
  if (inMs === undefined) {
    record.forecasts = 0;
    return;
  }
  if (++record.forecasts !== CONFIRMED || isForced(state, slot)) return;
  state.facts.add(state.name, now, {
    type: 'forecast',
    from: scoreOf(ledger, fleet, slot, now, settings, tuning),
    to: settings.healthThreshold,
    instance: record.id,
    inMs: Math.round(inMs),
    reason: 'trend',
  });
  // `act`: new work ramps down before the threshold is met, as if one failure had come on probation.
  if (settings.prediction === 'act') halveTrust(ledger, slot, now, state.largestWeightOf(slot), settings, tuning);
}

// Samples a second apart. At 5 % of noise and 30 requests/s a trend points down for one or two of them, hardly ever for three.
const CONFIRMED = 3;
