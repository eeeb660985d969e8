export * from './burst.ts';
export * from './evidence.ts';
export * from './latency.ts';
export { PACE_PICKS, notePace } from './pace.ts';
export * from './classify.ts';
