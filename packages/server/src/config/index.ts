// The door of config/.
export type * from './config.ts';
