export { HealthAwareLoadBalancer } from './balancer.ts';
export type { BalancerOptions, ServiceOptions } from './options.ts';
export type { Call, RunContext, RunOptions } from './run.ts';
export { Service } from './service.ts';
