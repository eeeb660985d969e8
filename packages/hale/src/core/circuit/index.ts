export * from './move.ts';
export * from './suspicion.ts';
export * from './transitions.ts';
export * from './trials.ts';
