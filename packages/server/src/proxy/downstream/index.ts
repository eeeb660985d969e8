// The clients' side.
export type { Connection } from './connection.ts';
export type { Downstream } from './server.ts';
export { createDownstream } from './server.ts';
