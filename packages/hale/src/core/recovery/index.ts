export * from './backoff.ts';
export * from './pause.ts';
export * from './trust.ts';
