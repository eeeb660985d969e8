export * from './latency.ts';
export * from './price.ts';
export * from './score.ts';
export * from './forecast.ts';
