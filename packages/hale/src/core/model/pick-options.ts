// What a caller may say of the request for which it picks, and of how it ended.

/**
 * Whose request it is: its client, its route, or both. At most two are looked at. A key whose failures follow it from
 * instance to instance is held to be the culprit.
 */
export type BlameKey = string | readonly string[];

export interface PickOptions {
  /** Hashed by the strategies `ring-hash` and `maglev`. */
  readonly key?: string | undefined;
  /** Whose request it is, for the rule `blame`. Default `key`: what is hashed to find an instance again names its client. */
  readonly blameKey?: BlameKey | undefined;
  /** Ids that were tried already, in a list, a set or any other iterable; a text is one id. At most 64 are looked at. */
  readonly exclude?: Iterable<string> | undefined;
  /** Load of this request in units of an ordinary one, a whole number from 1 to 1000. Default 1. */
  readonly cost?: number | undefined;
  /** The request can be sent again if this attempt fails: such a request may try a suspect earlier. Default false. */
  readonly replayable?: boolean | undefined;
  /** The clock's milliseconds, when the caller has read it already. */
  readonly now?: number | undefined;
}

export interface SettleOptions {
  /** From the start of the request to its head or first token; measured from the grant when absent. */
  readonly latencyMs?: number | undefined;
  readonly now?: number | undefined;
}

export interface FailOptions extends SettleOptions {
  /** With cause `overload`: how long the instance asked to be left alone. */
  readonly retryAfterMs?: number | undefined;
}

export interface RecordOptions extends FailOptions {
  /** When the request began, on the balancer's clock: lets bursts be recognised without leases. */
  readonly startedAt?: number | undefined;
}
