// The simulated world: instances with their queues and faults, and the callers. It knows policies by their contract alone.

export { expectedRequests } from './arrivals.ts';
export { Callers } from './callers.ts';
export { Instance } from './instance.ts';
export { RecentCount } from './recent.ts';
