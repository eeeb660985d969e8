// The door of proxy/.
export { endpointOf } from './endpoint.ts';
export type { HashKey } from './exchange/index.ts';
export type { ForwardedPolicy } from './http1/index.ts';
export type { ProxyLimits } from './limits.ts';
export { DEFAULT_LIMITS } from './limits.ts';
export type { ListenAddress } from './listen/index.ts';
export type { ProblemCode } from './problem.ts';
export type { ProxiedService, Proxy, ProxyOptions, ProxyRoute } from './proxy.ts';
export { createProxy } from './proxy.ts';
