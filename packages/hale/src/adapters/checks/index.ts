// `hale/checks`: ready checks, and the runner for programs that embed the engine. A function is a check, too.

export type { Check, CheckAnswer, CheckContext, CheckFailure } from '../../core/checking/index.ts';
export type { Address } from './address.ts';
export { addressOf } from './address.ts';
export type { AddressRule, Lookup } from './address-rule.ts';
export { FORBIDDEN_ADDRESS, forbiddenAddress, guardedLookup } from './address-rule.ts';
export type { CheckedInstance, CheckedService } from './checked-service.ts';
export type { CheckConfig } from './config.ts';
export { checkFromConfig } from './config.ts';
export type { GrpcCheckOptions } from './grpc.ts';
export { grpcCheck } from './grpc.ts';
export type { HttpCheckOptions } from './http.ts';
export { httpCheck } from './http.ts';
export { RESERVED_HEADERS } from './http-options.ts';
export { isLinkLocal } from './link-local.ts';
export type { CheckCounts, CheckRunnerOptions } from './runner.ts';
export { CheckRunner } from './runner.ts';
export type { TcpCheckOptions } from './tcp.ts';
export { tcpCheck } from './tcp.ts';
