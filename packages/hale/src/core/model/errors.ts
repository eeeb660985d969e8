// The one catalogue of errors. A code is stable and may be matched by programs; the sentence may change.

export type HaleErrorCode = keyof typeof ERROR_CODES;

/** Every code, with when it is thrown. docs and tests are held against this table. */
export const ERROR_CODES = {
  HALE_CONFIG: 'an option or an instance list is wrong; `faults` lists everything that is, and nothing was applied',
  HALE_NO_INSTANCE: 'no instance may be picked now; `reasons` says of each instance why not',
  HALE_CLOSED: 'the balancer was closed',
  HALE_TIMEOUT: 'an attempt took longer than its time-out',
} as const;

/** Any error that hale throws by itself. What a caller's own function throws passes unchanged. */
export class HaleError extends Error {
  readonly code: HaleErrorCode;

  constructor(code: HaleErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HaleError';
    this.code = code;
  }
}

/** One wrong value: where, what was wanted, what was there. */
export interface Fault {
  /** Dotted path, e.g. `recoveryWindow` or `instances[3].weight`. */
  readonly path: string;
  readonly expected: string;
  /** A short rendering of the value, never longer than 80 characters, never a secret. */
  readonly received: string;
}

/** Wrong configuration or instances: all faults at once, nothing applied. */
export class ConfigError extends HaleError {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(
      'HALE_CONFIG',
      faults.map((fault) => `${fault.path}: expected ${fault.expected}, received ${fault.received}`).join('\n'),
    );
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** `run` found nobody to ask. */
export class NoInstanceError extends HaleError {
  readonly service: string;
  /** Per instance, why it was not picked; at most 20 are listed. */
  readonly reasons: readonly { readonly id: string; readonly reason: string }[];
  /** Milliseconds until a pick can succeed by time alone, or undefined when nothing is known to end. */
  readonly retryAfterMs: number | undefined;

  constructor(service: string, reasons: readonly { id: string; reason: string }[], retryAfterMs: number | undefined) {
    const list = reasons.map(({ id, reason }) => `${id}: ${reason}`).join('; ');
    super(
      'HALE_NO_INSTANCE',
      `no instance of ${JSON.stringify(service)} may be picked${list ? ` (${list})` : ': it has none'}`,
    );
    this.name = 'NoInstanceError';
    this.service = service;
    this.reasons = reasons;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Renders a wrong value for a fault: short, on one line, without running any code of the value's own. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return cut(JSON.stringify(value));
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return cut(typeof value === 'bigint' ? `${value}n` : String(value));
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
