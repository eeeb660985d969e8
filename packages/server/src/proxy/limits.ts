// Every bound of the proxy that is no knob of a service, in one place. What lies beyond each is said with it.

export interface ProxyLimits {
  /** Bytes of a head, either way. Beyond: 431 towards the client, 502 for an answer. */
  readonly maxHeadBytes: number;
  /** Until a head is complete. Beyond: 408. */
  readonly headTimeoutMs: number;
  /** Until a request is complete, however steadily its body comes. Beyond: 408, or a closed connection once an answer began. */
  readonly requestTimeoutMs: number;
  /** The longest silence within a body while it is read. Beyond: 408. */
  readonly bodyIdleMs: number;
  /** The least average of a body once it has been read for `bodyIdleMs`. Below: 408. */
  readonly minBodyBytesPerSecond: number;
  /** An unused connection of a client. Beyond: closed. */
  readonly keepAliveTimeoutMs: number;
  /** Requests on one connection; the last is answered with `Connection: close`. */
  readonly maxRequestsPerConnection: number;
  /**
   * Requests that wait behind one under way on the same connection (pipelining). Beyond: not answered; the connection is
   * closed behind the answer to the last that waits.
   */
  readonly maxWaitingPerConnection: number;
  /** The same over all connections of a listener. Beyond: a connection is closed at once, first one that exceeds its own. */
  readonly maxWaiting: number;
  /** Informational answers to one request. Beyond: 502, and the instance has failed. */
  readonly maxInformational: number;
  /** Connections of clients per listener. Beyond: closed at once, without an answer. */
  readonly maxConnections: number;
  /** Bytes of a body that are kept for a second attempt. Beyond: sent once. */
  readonly maxReplayBytes: number;
  /** Bytes of a body that nobody wants which are read and dropped, so that the answer can be read. Beyond: closed. */
  readonly maxDropBytes: number;
  /** The same in time. */
  readonly maxDropMs: number;
  /** Until a client that expects `100 Continue` is told so by us if the instance keeps silent. */
  readonly continueAfterMs: number;
  /** Unused connections kept to one instance. Beyond: closed after their answer. */
  readonly maxIdlePerInstance: number;
  /** While draining: how long a connection without a request may still bring one. */
  readonly lastCallMs: number;
}

export const DEFAULT_LIMITS: ProxyLimits = {
  maxHeadBytes: 32 * 1024,
  headTimeoutMs: 10_000,
  // At 1 MiB/s nearly a gigabyte; a body that stands still is given up much earlier, after `bodyIdleMs`.
  requestTimeoutMs: 900_000,
  // Beyond any pause of a network that recovers. A hundred bytes a second is a modem of the 1960s: whoever is slower does
  // not mean to arrive.
  bodyIdleMs: 10_000,
  minBodyBytesPerSecond: 100,
  keepAliveTimeoutMs: 60_000,
  maxRequestsPerConnection: 100_000,
  // Pipelining clients send a handful. In all, at about 4 KiB each, 40 MiB.
  maxWaitingPerConnection: 100,
  maxWaiting: 10_000,
  // A web server sends one or two.
  maxInformational: 32,
  maxConnections: 20_000,
  maxReplayBytes: 64 * 1024,
  maxDropBytes: 256 * 1024,
  maxDropMs: 1000,
  // What curl waits before it sends the body unasked.
  continueAfterMs: 1000,
  maxIdlePerInstance: 256,
  // A busy client sends its next request within milliseconds; one that is slower than this is unlikely to send it in the
  // very round trip in which its connection is closed.
  lastCallMs: 300,
};
