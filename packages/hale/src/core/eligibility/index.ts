export * from './cap.ts';
export * from './overflow.ts';
export * from './roster.ts';
