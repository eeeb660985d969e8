export * from './burst.ts';
export * from './evidence.ts';
export * from './latency.ts';
export * from './classify.ts';
