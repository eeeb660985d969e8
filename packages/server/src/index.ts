// @hale/server for programs: `serve(config)`.
export type { ServeOptions, Server } from './app/index.ts';
export { serve } from './app/index.ts';
export type { Config, ConfigInput } from './config/index.ts';
export type { ListenAddress, ProxyLimits } from './proxy/index.ts';
