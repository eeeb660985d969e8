// The door of config/.
export { formatAddress } from './address.ts';
export type * from './config.ts';
export type { Environment } from './environment.ts';
export { formatFault } from './fault.ts';
export type { ConfigFault } from './fault.ts';
export { configFromFlags } from './flags.ts';
export type { ServeFlags } from './flags.ts';
export type * from './input.ts';
export { loadConfig, readConfig } from './load.ts';
export type { Loaded } from './load.ts';
export type { LoadOptions } from './load-tree.ts';
export { loadTree } from './load-tree.ts';
export { readText } from './read-text.ts';
export { BOUNDS } from './defaults.ts';
export { suggest } from './suggest.ts';
