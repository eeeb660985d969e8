// The configuration as the proxy reads it: complete, checked, every default filled in, durations in milliseconds.
//
// Only `loadConfig`, `configFromFlags` and `readConfig` make one, so who holds a Config need not doubt it. It may hold
// secrets that came from the environment: never print it whole.

import type { ClassifyRule, SettingsInput, StrategyName } from 'hale/engine';

export interface Config {
  /** At least one. */
  readonly listeners: readonly Address[];
  /** Processes that forward beside the primary. 0: one process does everything, which is all this version can. */
  readonly workers: 0;
  /** In the order of the file; the first that matches wins. Never empty. */
  readonly routes: readonly Route[];
  /** In the order of the file. Every route's service is among them, and every service is on a route. */
  readonly services: readonly ServiceConfig[];
  /** Where this proxy runs; instances of the same zone are preferred. */
  readonly zone: string | undefined;
  /**
   * What becomes of a client's X-Forwarded-* and Forwarded headers: ours take their place, ours are added to them, or they
   * pass as they came and none are written.
   */
  readonly forwarded: 'append' | 'replace' | 'off';
  /** Whether answers carry `x-hale-instance` and `x-hale-attempts`. */
  readonly exposeInstance: boolean;
  /** How long a closing server waits for the requests under way. */
  readonly drainTimeoutMs: number;
  /** Where every outcome is written, or undefined for nowhere. */
  readonly record: RecordConfig | undefined;
}

export interface RecordConfig {
  /** As written: a relative path is taken from the working directory. */
  readonly file: string;
  /** Size that no file exceeds. */
  readonly maxBytes: number;
  /** Files in all, the one that is written included. */
  readonly maxFiles: number;
}

/** Where to listen. A port of 0 lets the system choose one. */
export type Address =
  | {
      readonly kind: 'tcp';
      /** A name or an IP address, IPv6 without brackets. */ readonly host: string;
      readonly port: number;
    }
  | { readonly kind: 'unix'; readonly path: string };

export interface Route {
  /** Lower case, without a port: `api.example.com`, or `*.example.com` for every name that ends in `.example.com`. Undefined: any. */
  readonly host: string | undefined;
  /** Plain prefix of the request's path as it came, beginning with '/'. '/' matches everything. */
  readonly path: string;
  /** A name among `services`. */
  readonly service: string;
}

export interface ServiceConfig {
  readonly name: string;
  /** At least one, ids unique. */
  readonly instances: readonly InstanceConfig[];
  readonly strategy: StrategyName;
  /** What `ring-hash` and `maglev` hash; undefined with every other strategy. */
  readonly key: HashKey | undefined;
  /**
   * What the file says of health, its rules of what is a failure, retries and limits, over the preset `serving`: hand it to `balancer.service(name, ...)`
   * as it is, and read the resolved values from `service.settings`.
   */
  readonly options: SettingsInput & { readonly classify?: readonly ClassifyRule[] };
  /** The active check, or undefined for none. Its interval, time-out, rise and fall are in `options`. */
  readonly check: CheckConfig | undefined;
  readonly timeouts: Timeouts;
}

export interface InstanceConfig {
  /** As written, or the url. */
  readonly id: string;
  /** `http://host:port`: no path, no query, no credentials. */
  readonly url: string;
  /** From `url`: a name or an IP address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  readonly priority: number;
  readonly zone?: string;
}

/** `header`: the first value of that header (lower case name); a request without it has no key. `path`: without the query. */
export type HashKey =
  | { readonly from: 'client-address' }
  | { readonly from: 'path' }
  | { readonly from: 'header'; readonly name: string };

export type CheckConfig = HttpCheck | TcpCheck | GrpcCheck;

export interface HttpCheck {
  readonly type: 'http';
  readonly path: string;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The Host header; undefined: the instance's own host and port. */
  readonly host: string | undefined;
  /** Inclusive ranges of status codes that pass. */
  readonly expect: readonly { readonly from: number; readonly to: number }[];
  /** Text that the answer's body must contain; undefined: any body. */
  readonly body: string | undefined;
  /** undefined: the instance's own, here and below. */
  readonly port: number | undefined;
}

/** Passes when a connection opens. */
export interface TcpCheck {
  readonly type: 'tcp';
  readonly port: number | undefined;
}

/** The standard gRPC health service. */
export interface GrpcCheck {
  readonly type: 'grpc';
  /** The service that is asked for; '' is the whole server. */
  readonly service: string;
  readonly port: number | undefined;
}

export interface Timeouts {
  /** Until a connection to an instance stands. */
  readonly connectMs: number;
  /** From the request sent to the head of the answer. */
  readonly responseMs: number;
  /** Without a byte either way, for connections with or without a request. */
  readonly idleMs: number;
}
