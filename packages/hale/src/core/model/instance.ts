// What a caller tells of one instance, and the words in which its health is told back.

/** One addressable member of a service. Unknown keys are kept and returned untouched. */
export interface ServiceInstance {
  /** Unique in its service, 1 to 256 characters. */
  readonly id: string;
  readonly url?: string;
  readonly host?: string;
  readonly port?: number;
  /** Relative share of traffic, 1e-6 to 1e6. Default 1. */
  readonly weight?: number;
  /** Priority tier, 0 (preferred) to 1000. Default 0. */
  readonly priority?: number;
  /** Where it runs; the caller's own zone is preferred inside a tier. */
  readonly zone?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Three axes that are never merged: what failures say, what the breaker does, what the operator wants. */
export type Health = 'unknown' | 'healthy' | 'degraded' | 'unhealthy';
export type Circuit = 'closed' | 'open' | 'half-open';
export type Mode = 'ready' | 'drain' | 'maintenance';

/** Numbers of the circuit column in the ledger. */
export const CLOSED = 0;
export const HALF_OPEN = 1;
export const OPEN = 2;
export const CIRCUITS: readonly Circuit[] = ['closed', 'half-open', 'open'];

/** Numbers of the mode column. */
export const READY = 0;
export const MODES: readonly Mode[] = ['ready', 'drain', 'maintenance'];
