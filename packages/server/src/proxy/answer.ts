// An instance's answer on its way to a client: its head is here, its body is still coming.

import type { Readable } from 'node:stream';

export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly fields: readonly string[];
  /** Ends, or is destroyed when the instance breaks off. */
  readonly body: Readable;
  /** Complete once the body has ended. */
  trailers(): readonly string[];
  /** Nobody reads it: gives the connection back, or closes it. */
  discard(): void;
}
