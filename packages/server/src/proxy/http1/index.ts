// What is known of HTTP/1.1 heads: pure, no socket.
export type { ForwardedPolicy, Origin } from './forwarded.ts';
export { hasPassed, withForwarded } from './forwarded.ts';
export type { Fault } from './framing.ts';
export { faultOf, isFramedOnce } from './framing.ts';
export { endToEnd, safeTrailers, valuesOf } from './hop-by-hop.ts';
export type { Target } from './origin-form.ts';
export { hostOf, readTarget } from './origin-form.ts';
