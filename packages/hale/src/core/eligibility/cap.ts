// How many may be out at once. Without a cap a fault of something behind the fleet takes the whole fleet away; with Envoy's
// 10 % one of five bad instances stays in. Half is what the simulation chose for a service that would rather try than refuse.

/** Why a guilty instance stays in, or undefined when it may go. */
export type Mercy = 'cap' | 'last' | 'alone' | undefined;

export interface EjectionCase {
  readonly instances: number;
  /** Circuits that are not closed. */
  readonly out: number;
  /** Largest share that may be out, [0,1]. */
  readonly cap: number;
  /** A service that panics needs someone to ask: its last closed instance stays. */
  readonly panics: boolean;
  /** Refused connections and failed checks are certain: the cap is for evidence of traffic alone (envoy#12076). */
  readonly isCertain: boolean;
  /** Found by comparison with the fleet, rather than by a run of failures or by checks. */
  readonly isComparison: boolean;
}

/** The written rule of safe breaking. */
export function mercyFor({ instances, out, cap, panics, isCertain, isComparison }: EjectionCase): Mercy {
  // A service of one has nothing to be compared with: 5 % of noise opened it after 440 outcomes.
  if (instances <= 1 && isComparison) return 'alone';
  if (panics && out + 1 >= instances) return 'last';
  if (!isCertain && out + 1 > cap * instances + 1e-9) return 'cap';
  return undefined;
}
