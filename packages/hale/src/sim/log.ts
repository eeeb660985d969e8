// What the world tells of a run as it goes. Measures implement it; the world itself counts nothing.

import type { Request } from './request.ts';

export interface Log {
  /** An attempt was sent; `isExtra`: a repetition or a hedge. */
  sent(instance: number, now: number, isExtra: boolean): void;
  /** The head of a long answer has come: from here on its caller waits no more. */
  headed(request: Request, now: number): void;
  /** An attempt that was sent is over; not told of one that its caller wanted no more. Only charts ask. */
  attemptEnded?(instance: number, isGood: boolean, now: number): void;
  ended(request: Request, isGood: boolean, now: number): void;
  ejected(balancer: number, instance: number, reason: string, now: number): void;
}
