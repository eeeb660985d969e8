// One request's life.
export type { ExchangeContext, RoutedService } from './exchange.ts';
export { exchange } from './exchange.ts';
export type { HashKey } from './key.ts';
export type { RouteRule } from './route.ts';
export { findRoute } from './route.ts';
