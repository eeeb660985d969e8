// The world as a command sees it. `process` appears in this file and in main.ts only.

export interface Io {
  /** To standard output. Nothing happens once its reader has gone. */
  out(text: string): void;
  /** To standard error. */
  err(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTTY: boolean;
  /** 0 when the output is no terminal. */
  readonly columns: number;
  readonly rows: number;
  /** Aborted when standard output's reader has gone, as in `hale demo | head -3`. */
  readonly outputGone: AbortSignal;
  /**
   * From the first call on, SIGTERM, SIGINT and SIGHUP abort this signal instead of ending the process; a second one ends it at
   * once, for whoever does not want to wait.
   */
  stopSignal(): AbortSignal;
}

/** The real one. */
export function processIo(): Io {
  const gone = new AbortController();
  let stop: AbortController | undefined;
  // Unhandled, EPIPE would end the process with a stack trace; and a proxy must outlive the reader of its messages.
  process.stdout.on('error', () => gone.abort());
  process.stderr.on('error', () => {});
  return {
    out(text) {
      if (!gone.signal.aborted) process.stdout.write(text);
    },
    err: (text) => void process.stderr.write(text),
    env: process.env,
    isTTY: process.stdout.isTTY === true,
    get columns() {
      return process.stdout.columns ?? 0;
    },
    get rows() {
      return process.stdout.rows ?? 0;
    },
    outputGone: gone.signal,
    stopSignal() {
      stop ??= stopOnSignals();
      return stop.signal;
    },
  };
}

function stopOnSignals(): AbortController {
  const stop = new AbortController();
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    // The terminal is gone. To reload is for a later version; until then it must not cut requests off.
    ['SIGHUP', 1],
  ] as const) {
    process.on(signal, () => {
      // The shell's convention for a process that a signal ended.
      if (stop.signal.aborted) process.exit(128 + number);
      stop.abort();
    });
  }
  return stop;
}
